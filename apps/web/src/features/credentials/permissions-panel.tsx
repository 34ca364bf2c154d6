import type { TokenView } from '@lockkeeper/contract';
import { IconCheck, IconCircleXFilled } from '@tabler/icons-react';
import { Callout } from '../../components/callout.tsx';
import { Emphasis } from '../../components/emphasis.tsx';
import { common } from '../../texts/common.ts';
import { credentialTexts as texts } from '../../texts/credentials.ts';
import classes from './token-panel.module.css';

/** What was asked for and what the provider granted, with the exact change for what is missing. */
export function PermissionsPanel({ token }: { token: TokenView }) {
  const hasToken = token.issuedAt !== null;
  const missing = hasToken ? token.permissions.filter(({ granted }) => !granted) : [];
  return (
    <div className={classes.part}>
      <h2>{texts.permissions}</h2>
      {token.permissions.length > 0 ? (
        <table className={classes.permissions}>
          <thead>
            <tr>
              <th scope="col">{texts.asked}</th>
              <th scope="col">{texts.scope}</th>
              <th scope="col">{texts.granted}</th>
            </tr>
          </thead>
          <tbody>
            {token.permissions.map(({ label, scope, granted }) => (
              <tr key={scope}>
                <td>{label}</td>
                <td className={`mono ${classes.scope}`}>{scope}</td>
                <td>{hasToken ? <Granted granted={granted} /> : common.none}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className={classes.none}>
          {hasToken
            ? `${texts.scopesGranted}: ${token.scopesGranted.join(', ') || common.none}`
            : texts.noPermissions}
        </p>
      )}
      <div className={classes.stack}>
        {missing.map(({ label, scope, remedy }) => (
          <Callout key={scope} tone="bad" title={`${label.split(':')[0]} was not granted.`}>
            {remedy !== null && <Emphasis text={remedy} />}
          </Callout>
        ))}
      </div>
    </div>
  );
}

function Granted({ granted }: { granted: boolean }) {
  return granted ? (
    <span>
      <IconCheck size={15} className={classes.good} aria-hidden="true" /> {common.yes}
    </span>
  ) : (
    <span>
      <IconCircleXFilled size={15} className={classes.bad} aria-hidden="true" /> {common.no}
    </span>
  );
}
