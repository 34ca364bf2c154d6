/** Why a command about keys or backups did nothing, or not everything: one line for whoever gave it. */
export class KeyProblem extends Error {
  override readonly name = 'KeyProblem';
}
