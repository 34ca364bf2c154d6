import { z } from 'zod';
import type { Consumer, ConsumerDraft } from './consumer.ts';
import { allScopes } from './permissions.ts';

const text = z.string().trim().default('');
const list = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.string()).default([]),
);
const ticked = z.preprocess((value) => value === true || value === 'on' || value === 'true', z.boolean());

/** The posted fields; JSON may be posted with the same names. */
export const consumerFormSchema = z.object({
  name: text,
  description: text,
  callback_url: text,
  url: text,
  is_private: ticked,
  scope: list,
});

export type ConsumerForm = z.infer<typeof consumerFormSchema>;
export type ConsumerFormErrors = Partial<Record<'name' | 'callback_url' | 'url' | 'scope', string>>;

export function checkConsumerForm(
  form: ConsumerForm,
  isNameTaken: (name: string) => boolean,
): ConsumerFormErrors {
  const errors: ConsumerFormErrors = {};
  if (form.name === '') errors.name = 'This field is required.';
  else if (isNameTaken(form.name))
    errors.name = 'An OAuth consumer with this name already exists in this workspace.';
  if (form.callback_url !== '' && !isWebUrl(form.callback_url)) errors.callback_url = 'Enter a valid URL.';
  if (form.url !== '' && !isWebUrl(form.url)) errors.url = 'Enter a valid URL.';
  const unknown = form.scope.find((scope) => !allScopes.includes(scope));
  if (unknown !== undefined) errors.scope = `${unknown} is not a permission.`;
  return errors;
}

export function draftFrom(form: ConsumerForm): ConsumerDraft {
  return {
    name: form.name,
    description: form.description,
    callbackUrl: form.callback_url,
    url: form.url,
    isPrivate: form.is_private,
    scopes: allScopes.filter((scope) => form.scope.includes(scope)),
  };
}

/** The form as it was filled in for this consumer. */
export function formFrom(consumer: Consumer): ConsumerForm {
  return {
    name: consumer.name,
    description: consumer.description,
    callback_url: consumer.callbackUrl,
    url: consumer.url,
    is_private: consumer.isPrivate,
    scope: [...consumer.scopes],
  };
}

function isWebUrl(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.hash === '';
}
