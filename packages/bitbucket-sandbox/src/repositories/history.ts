export interface Commit {
  readonly hash: string;
  readonly parents: readonly string[];
  readonly date: Date;
  readonly message: string;
  readonly author: CommitAuthor;
}

/** An author whose e-mail address no account claims has no user. */
export interface CommitAuthor {
  readonly name: string;
  readonly email: string;
  readonly userUuid: string | undefined;
}

export interface Branch {
  readonly name: string;
  readonly head: string;
}

/** The commits and branches of one repository. */
export interface History {
  /** Newest first. */
  readonly commits: readonly Commit[];
  readonly byHash: ReadonlyMap<string, Commit>;
  readonly branches: readonly Branch[];
}

/** A branch name, a full hash or the first 7 or more digits of one. */
export function findRevision(history: History, revision: string): Commit | undefined {
  const branch = history.branches.find((candidate) => candidate.name === revision);
  const exact = history.byHash.get(branch?.head ?? revision);
  if (exact !== undefined || !/^[0-9a-f]{7,39}$/.test(revision)) return exact;
  return history.commits.find((commit) => commit.hash.startsWith(revision));
}

/** The hashes that can be reached from the given commits, themselves included. */
export function reachableFrom(history: History, starts: readonly Commit[]): Set<string> {
  const seen = new Set<string>();
  const pending = starts.map((commit) => commit.hash);
  for (let hash = pending.pop(); hash !== undefined; hash = pending.pop()) {
    if (seen.has(hash)) continue;
    seen.add(hash);
    pending.push(...(history.byHash.get(hash)?.parents ?? []));
  }
  return seen;
}
