/**
 * A local Bitbucket Cloud: the screens of OAuth consumers and of consent, the OAuth endpoints, and REST 2.0, at
 * Bitbucket's own paths.
 *
 * Programs use the same forms as people. `POST /account/signin/` (`user=mara`) and
 * `POST /{workspace}/workspace/settings/oauth-consumers` (`name`, `description`, `callback_url`, `url`,
 * `is_private=on`, `scope` once for each permission) answer in JSON when asked with `Accept: application/json`;
 * `POST` to the authorization URL itself with `decision=grant` or `decision=cancel` answers the consent page with
 * a redirect. `createVisitor` does just that.
 *
 * `/sandbox` shows users, data and switches; `GET` and `PATCH /sandbox/switches`, `GET /sandbox/state`,
 * `POST` and `DELETE /sandbox/faults` are for programs.
 */
export { SESSION_COOKIE } from './accounts/session.ts';
export type { User } from './accounts/user.ts';
export type { Consumer, ConsumerDraft } from './consumers/consumer.ts';
export type { ConsumerJson } from './consumers/consumer-json.ts';
export type { Inspection, RequestRecord } from './control/inspection.ts';
export type { FaultOptions } from './faults/faults.ts';
export type { Grant } from './oauth/grant.ts';
export type { TokenRequestRecord } from './oauth/token-endpoint.ts';
export type { Repository } from './repositories/repository.ts';
export { createSandbox, type Sandbox } from './sandbox.ts';
export type { ApiAnswer, SandboxOptions } from './sandbox-options.ts';
export type { SwitchChanges, Switches } from './switches/switches.ts';
export { createVisitor, type NewConsumer, type Visitor } from './visitor.ts';
export type { Project } from './workspaces/project.ts';
export type { Workspace } from './workspaces/workspace.ts';
