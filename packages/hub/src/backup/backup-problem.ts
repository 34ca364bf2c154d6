/** Why a backup was not made or not restored: one line for whoever asked, with what to do. */
export class BackupProblem extends Error {
  override readonly name = 'BackupProblem';
}
