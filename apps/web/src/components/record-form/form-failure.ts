import type { FieldProblem, Problem } from '@lockkeeper/contract';

/** Why nothing was saved. */
export interface FormFailure {
  /** What is wrong with fields, in the order of the form. */
  fields: readonly FieldProblem[];
  /** What is wrong otherwise; null when only fields are. */
  problem: Problem | null;
}

/** Labels of a form's fields by their name, in the order of the form. */
export type FieldLabels = Readonly<Record<string, string>>;

/** Sorts what the instance says into the form's order; what names no field of the form is told as a whole. */
export function failureOf(problem: Problem, labels: FieldLabels): FormFailure {
  const order = Object.keys(labels);
  const known = (problem.errors ?? []).flatMap((error) => {
    const field = fieldOf(error.field, labels);
    return field === undefined ? [] : [{ ...error, field }];
  });
  const fields = known.toSorted((one, other) => order.indexOf(one.field) - order.indexOf(other.field));
  return {
    fields,
    problem: fields.length > 0 && fields.length === (problem.errors ?? []).length ? null : problem,
  };
}

/** `appliesTo.midServerIds.0` is said at the nearest field that the form has. */
function fieldOf(field: string, labels: FieldLabels): string | undefined {
  const parts = field.split('.');
  while (parts.length > 0) {
    const candidate = parts.join('.');
    if (Object.hasOwn(labels, candidate)) return candidate;
    parts.pop();
  }
  return undefined;
}

/** "must not be empty" becomes "Client ID must not be empty."; a sentence of its own stays. */
export function fieldSentence(label: string, message: string): string {
  const sentence = /^[a-z]/.test(message) ? `${label} ${message}` : message;
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
