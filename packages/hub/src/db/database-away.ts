/** PostgreSQL's: it shuts down or starts up, has no connection or no room left. */
const awayStates: ReadonlySet<string> = new Set([
  '57P01',
  '57P02',
  '57P03',
  '53100',
  '53200',
  '53300',
  '58030',
]);
/** Of the way to it. `ENOENT`: its socket is gone. */
const awayCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** pg has no code for these. */
const awayMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether it is the database that is away, not the statement that is wrong. What became of the statement is open. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (awayMessages.test(error.message)) return true;
  const code = 'code' in error ? String(error.code) : '';
  // A class 08 is any failed connection.
  if (awayStates.has(code) || code.startsWith('08')) return true;
  const isOfConnection =
    'syscall' in error &&
    (error.syscall === 'connect' || error.syscall === 'read' || error.syscall === 'write');
  return isOfConnection && awayCodes.has(code);
}
