/**
 * Whether a request is one that a stolen session must not be enough for (ASVS 7.5.3): `true`, or judged by its body,
 * which has passed the route's schema.
 */
export type StepUp = (body: unknown) => boolean;

export const always: StepUp = () => true;

/** When the body has any of these fields. */
export function whenGiven(...fields: readonly string[]): StepUp {
  return (body) => fields.some((field) => fieldOf(body, field) !== undefined);
}

/** When this field of the body is true. */
export function whenAsked(field: string): StepUp {
  return (body) => fieldOf(body, field) === true;
}

function fieldOf(body: unknown, field: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined;
}
