/**
 * SQL that ties a column of sealed values to the data key each of them is sealed with. The database then refuses what
 * is not sealed, and refuses to delete a key that anything is sealed with, whatever a program does. A rotation finds
 * its columns by these references.
 *
 * @param column its name must end in `_sealed`; the key's id appears beside it in `…_key_id`
 */
export function bindSealedColumn(table: string, column: string): string {
  const key = keyColumnOf(column);
  return `
    alter table ${table}
      add column ${key} text generated always as (vault_key_of(${column})) stored references vault_keys,
      add check ((${column} is null) = (${key} is null));
  `;
}

export function keyColumnOf(sealedColumn: string): string {
  if (!sealedColumn.endsWith('_sealed')) throw new Error(`${sealedColumn} does not end in _sealed`);
  return sealedColumn.replace(/_sealed$/, '_key_id');
}

export function sealedColumnOf(keyColumn: string): string {
  return keyColumn.replace(/_key_id$/, '_sealed');
}
