/** One permission a tool needs, in the words of the vendor's own settings page. */
export interface ToolPermission {
  readonly key: string;
  /** As the vendor writes it: `Webhooks: Read and write`. */
  readonly label: string;
  /** The group heading there: `Webhooks`. */
  readonly group: string;
  /** The box to tick under that heading: `Read and write`. */
  readonly tick: string;
  /** The scope asked for, and all scopes that include it. */
  readonly scope: string;
  readonly satisfiedBy: readonly string[];
  /** What it is for, as half a sentence: `read the projects of a workspace`. */
  readonly purpose: string;
  /** What cannot be done without it, as a headline: `Webhooks cannot be created yet.` */
  readonly withoutIt: string;
}

/** Where the vendor lets an administrator change permissions. */
export interface PermissionPlace {
  readonly vendor: string;
  /** Markdown: `**Workspace settings** > **OAuth consumers** > the consumer > **Edit**`. */
  readonly path: string;
  /** The word for what carries the permissions there: `consumer`. */
  readonly subject: string;
}

export interface PermissionFinding {
  readonly permission: ToolPermission;
  /** `unchecked` when the tool did not tell which scopes were granted. */
  readonly state: 'granted' | 'missing' | 'unchecked';
  /** What to change, as Markdown with bold labels; only when missing. */
  readonly remedy?: string;
  /** The same, step by step. */
  readonly steps?: readonly string[];
}

/** Compares the granted scopes with what the tool needs. */
export function checkPermissions(
  permissions: readonly ToolPermission[],
  place: PermissionPlace,
  granted: readonly string[] | undefined,
): PermissionFinding[] {
  if (granted === undefined) return permissions.map((permission) => ({ permission, state: 'unchecked' }));
  const scopes = new Set(granted);
  return permissions.map((permission) =>
    permission.satisfiedBy.some((scope) => scopes.has(scope))
      ? { permission, state: 'granted' }
      : {
          permission,
          state: 'missing',
          remedy: remedyFor(permission, place),
          steps: [
            `In ${place.vendor}: ${place.path}`,
            `Under ${permission.group} tick **${permission.tick}**, save`,
            'Here: **Get OAuth Token**. Permissions count from a new consent',
          ],
        },
  );
}

/** `Webhooks was not granted. Tick **Webhooks: Read and write** on the consumer in Bitbucket, then **Get OAuth Token** again.` */
export function remedyFor(permission: ToolPermission, place: PermissionPlace): string {
  return `${permission.group} was not granted. Tick **${permission.label}** on the ${place.subject} in ${place.vendor}, then **Get OAuth Token** again.`;
}
