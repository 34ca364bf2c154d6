/** One step forward of the database schema. Never edited after a release: what came out wrong gets a new number. */
export interface Migration {
  /** From 1, without gaps. */
  number: number;
  /** The file is called `<number>-<name>.ts`. */
  name: string;
  /** Any number of statements; they run in one transaction. */
  sql: string;
}
