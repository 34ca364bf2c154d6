const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "just now", "42 min ago", "in 1 h 18 min", "2 d ago"; beyond a month the date: "12 Sep", "12 Sep 2025". */
export function relativeTime(at: Date, now: Date): string {
  const distance = at.getTime() - now.getTime();
  const size = Math.abs(distance);
  if (size < 5 * SECOND) return 'just now';
  if (size >= 30 * DAY) return at.getUTCFullYear() === now.getUTCFullYear() ? dayMonth(at) : longDate(at);
  const words = duration(size);
  return distance < 0 ? `${words} ago` : `in ${words}`;
}

/** The two largest units that matter: "3 s", "42 min", "1 h 18 min", "2 d". */
export function duration(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) {
    const minutes = Math.floor((ms % HOUR) / MINUTE);
    const hours = `${Math.floor(ms / HOUR)} h`;
    return minutes === 0 ? hours : `${hours} ${minutes} min`;
  }
  return `${Math.floor(ms / DAY)} d`;
}

/** "2026-11-23 15:00:12" in UTC, as the token sentence writes it. */
export function absoluteUtc(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}

/** "15:00" in UTC. */
export function clockTime(at: Date): string {
  return at.toISOString().slice(11, 16);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function dayMonth(at: Date): string {
  return `${at.getUTCDate()} ${months[at.getUTCMonth()]}`;
}

/** "23 Nov 2026" in UTC. */
export function longDate(at: Date): string {
  return `${dayMonth(at)} ${at.getUTCFullYear()}`;
}

/** "23 Nov 2026, 13:28" in UTC. */
export function longDateTime(at: Date): string {
  return `${longDate(at)}, ${clockTime(at)}`;
}

/** "13:28" today, "Sun 07:04" within a week, else "12 Sep". */
export function shortTime(at: Date, now: Date): string {
  const age = now.getTime() - at.getTime();
  if (at.toISOString().slice(0, 10) === now.toISOString().slice(0, 10)) return clockTime(at);
  const weekday = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][at.getUTCDay()];
  return age < 6 * DAY ? `${weekday} ${clockTime(at)}` : dayMonth(at);
}
