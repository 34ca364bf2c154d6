import process from 'node:process';

/** `pg` takes whatever its configuration leaves open from these; where our data live is not for them to decide. */
const names = [
  ...['PGHOST', 'PGPORT', 'PGDATABASE', 'PGUSER', 'PGPASSWORD', 'PGPASSFILE', 'PGOPTIONS', 'PGAPPNAME'],
  ...['PGSSLMODE', 'PGSSLNEGOTIATION', 'PGCONNECT_TIMEOUT', 'PGBINARY', 'PGREPLICATION', 'PGCLIENT_ENCODING'],
];

export function clearPgEnvironment(environment: NodeJS.ProcessEnv = process.env): void {
  for (const name of names) delete environment[name];
}
