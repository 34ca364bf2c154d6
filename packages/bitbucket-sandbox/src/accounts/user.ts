/** Somebody who signs in to the sandbox. There are no passwords: it is a sandbox. */
export interface User {
  readonly uuid: string;
  readonly accountId: string;
  readonly displayName: string;
  readonly nickname: string;
  readonly email: string;
  readonly createdOn: Date;
}

/** What acts through a client credentials token: the consumer's own account, not its owner's. */
export interface AppUser {
  readonly uuid: string;
  readonly displayName: string;
  readonly createdOn: Date;
}
