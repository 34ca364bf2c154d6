import type { PermissionCheck, Tool } from '@lockkeeper/contract';
import { IconCheck, IconCircleXFilled } from '@tabler/icons-react';
import { AppLink } from '../../components/app-link.tsx';
import { Callout } from '../../components/callout.tsx';
import { Card } from '../../components/card.tsx';
import { Emphasis } from '../../components/emphasis.tsx';
import { tools as texts } from '../../texts/tools.ts';
import classes from './permissions-panel.module.css';

/** Which permissions the last Connect found, and for each missing one the box to tick. */
export function PermissionsPanel({ tool }: { tool: Tool }) {
  const permissions = tool.connectReport?.permissions ?? [];
  const granted = permissions.filter((permission) => permission.granted).length;
  const missing = permissions.filter((permission) => !permission.granted);
  return (
    <Card
      title={texts.permissions}
      aside={
        permissions.length > 0 && (
          <span data-bad={missing.length > 0 || undefined} className={classes.sum}>
            {granted} of {permissions.length}
          </span>
        )
      }
    >
      {permissions.length === 0 ? (
        <p className={classes.unknown}>{texts.permissionsUnknown}</p>
      ) : (
        <ul className={classes.list}>
          {permissions.map((permission) => (
            <PermissionLine key={permission.scope} permission={permission} />
          ))}
        </ul>
      )}
      {missing.length > 0 && (
        <div className={classes.remedy}>
          <Callout tone="bad">
            {missing.map(({ scope, label, remedy }) => (
              <p key={scope} className={classes.step}>
                <Emphasis text={remedy ?? `**${label}** was not granted.`} />
              </p>
            ))}
            <p className={classes.step}>
              The consumer is in Bitbucket under <strong>Workspace settings</strong> &gt;{' '}
              <strong>OAuth consumers</strong>. Permissions count from a new consent:{' '}
              <AppLink href={`/credentials/${tool.credentialId}`}>Get OAuth Token</AppLink> on the credential,
              then <strong>Connect</strong> here.
            </p>
          </Callout>
        </div>
      )}
    </Card>
  );
}

function PermissionLine({ permission }: { permission: PermissionCheck }) {
  return (
    <li className={classes.line}>
      <span>{permission.label}</span>
      {permission.granted ? (
        <span className={classes.state}>
          <IconCheck size={15} className={classes.good} /> {texts.granted}
        </span>
      ) : (
        <span className={classes.state}>
          <IconCircleXFilled size={15} className={classes.bad} /> {texts.missing}
        </span>
      )}
    </li>
  );
}
