import { outboundEventCatalogue, subscribableEventType } from '@lockkeeper/contract';
import { Checkbox, Input, Radio } from '@mantine/core';
import { eventTexts as texts } from '../../texts/event-subscriptions.ts';
import classes from './event-subscriptions.module.css';
import type { EventSubscriptionForm } from './use-event-subscription-form.ts';

/** Which events are sent: all, or chosen ones, each with when it happens. */
export function EventTypesField({ form }: { form: EventSubscriptionForm }) {
  const { values, set, idOf, errorOf } = form;
  const choose = (chosen: string[]) =>
    set({ eventTypes: subscribableEventType.options.filter((type) => chosen.includes(type)) });
  return (
    <Input.Wrapper
      id={idOf('eventTypes')}
      label={texts.events}
      labelElement="div"
      error={errorOf('eventTypes')}
    >
      <Radio.Group
        aria-label={texts.events}
        value={values.isEvery ? 'every' : 'these'}
        onChange={(choice) => set({ isEvery: choice === 'every', eventTypes: values.eventTypes })}
      >
        <div className={classes.choices}>
          <Radio value="every" label={texts.every} />
          <Radio value="these" label={texts.onlyThese} />
        </div>
      </Radio.Group>
      {!values.isEvery && (
        <Checkbox.Group aria-label={texts.onlyThese} value={[...values.eventTypes]} onChange={choose}>
          <div className={classes.types}>
            {subscribableEventType.options.map((type) => (
              <Checkbox
                key={type}
                value={type}
                label={<span className="mono">{type}</span>}
                description={outboundEventCatalogue[type].description}
              />
            ))}
          </div>
        </Checkbox.Group>
      )}
    </Input.Wrapper>
  );
}
