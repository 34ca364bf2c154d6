/**
 * A line of RFC 4180 CSV. A cell that a spreadsheet would run as a formula is defused with an apostrophe: much of what
 * the audit log holds was typed by people, or came from a tool.
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string): string {
  const inert = /^\s*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
