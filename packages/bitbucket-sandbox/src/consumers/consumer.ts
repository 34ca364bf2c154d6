/** An OAuth consumer: Bitbucket's word for a registered client. */
export interface Consumer {
  readonly id: number;
  readonly workspaceSlug: string;
  /** The `client_id`. */
  readonly key: string;
  /** The `client_secret`. */
  readonly secret: string;
  readonly name: string;
  readonly description: string;
  /** Empty if none was given. */
  readonly callbackUrl: string;
  readonly url: string;
  readonly isPrivate: boolean;
  /** The ticked permissions, as scopes, in the order of the form. */
  readonly scopes: readonly string[];
}

/** What the form asks for. */
export type ConsumerDraft = Omit<Consumer, 'id' | 'workspaceSlug' | 'key' | 'secret'>;
