import { useEffect, useState } from 'react';

/** The present, renewed every `everyMs`, so that relative times stay true on a page nobody reloads. */
export function useNow(everyMs = 10_000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
