import type { RegistryValidation } from '@lockkeeper/contract';
import { Callout, type CalloutProps } from '../../components/callout.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import classes from './validation-note.module.css';

const tones: Record<RegistryValidation['outcome'], CalloutProps['tone']> = {
  client_accepted: 'good',
  client_refused: 'bad',
  grant_refused: 'bad',
  inconclusive: 'info',
  unreachable: 'warn',
};

/** What the last check of Client ID and Client Secret told. Only ever a warning: the record is saved all the same. */
export function ValidationNote({
  validation,
  running,
}: {
  validation: RegistryValidation | null;
  running: boolean;
}) {
  return (
    <div className={classes.note} aria-live="polite">
      {running && <Callout tone="info">{texts.validating}</Callout>}
      {!running && validation !== null && (
        <Callout tone={tones[validation.outcome]}>
          {validation.message}{' '}
          <span className={classes.when}>
            Checked <RelativeTime at={validation.checkedAt} />.
          </span>
          {validation.remedy.length > 0 && (
            <ol>
              {validation.remedy.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          )}
          {validation.providerError !== null && (
            <div className={classes.when}>
              The provider said <span className="mono">{validation.providerError}</span>
            </div>
          )}
        </Callout>
      )}
    </div>
  );
}
