/**
 * The place a sealed value belongs to. It is bound into the ciphertext, so that a value copied to another row,
 * another column or back from an older version does not open.
 */
export interface SealingContext {
  readonly table: string;
  readonly rowId: string;
  readonly column: string;
  /** Grows with every new value of the column; kept in the row beside the ciphertext. */
  readonly version: number;
}

/** One text for one context: the parts cannot run into each other, because JSON quotes them. */
export function sealingContextText(context: SealingContext): string {
  return JSON.stringify([context.table, context.rowId, context.column, context.version]);
}
