import { badRequest } from './api-error.ts';

export type FieldValue = string | number | boolean | Date | null;
/** What `q` and `sort` may name, and how to get it. */
export type QueryFields<T> = Readonly<Record<string, (item: T) => FieldValue>>;

type Test<T> = (item: T) => boolean;

const tokenPattern = /\s*(?:"((?:[^"\\]|\\.)*)"|(!=|!~|>=|<=|=|~|>|<|\(|\)|,)|([^\s"=!~<>(),]+))/y;

interface Token {
  readonly kind: 'string' | 'symbol' | 'word';
  readonly text: string;
}

/** Bitbucket's `q`: comparisons, IN, NOT IN, AND, OR and brackets. @throws ApiError 400 */
export function parseQuery<T>(q: string, fields: QueryFields<T>): Test<T> {
  const tokens = tokenize(q);
  let position = 0;
  const peek = (): Token | undefined => tokens[position];
  const take = (): Token => {
    const token = tokens[position];
    if (token === undefined) throw badRequest('Invalid query: it ends too early');
    position += 1;
    return token;
  };
  const isWord = (word: string): boolean => peek()?.kind === 'word' && peek()?.text.toUpperCase() === word;
  const expect = (symbol: string): void => {
    const token = take();
    if (token.kind !== 'symbol' || token.text !== symbol)
      throw badRequest(`Invalid query near ${token.text}`);
  };

  const either = (): Test<T> => {
    const tests = [both()];
    while (isWord('OR')) {
      take();
      tests.push(both());
    }
    return (item) => tests.some((test) => test(item));
  };
  const both = (): Test<T> => {
    const tests = [single()];
    while (isWord('AND')) {
      take();
      tests.push(single());
    }
    return (item) => tests.every((test) => test(item));
  };
  const single = (): Test<T> => {
    const token = take();
    if (token.kind === 'symbol' && token.text === '(') {
      const test = either();
      expect(')');
      return test;
    }
    const field = token.kind === 'word' ? fields[token.text] : undefined;
    if (field === undefined) throw badRequest(`Invalid query: ${token.text} is not a field`);
    if (isWord('IN') || isWord('NOT')) return membership(field);
    const operator = take();
    if (operator.kind !== 'symbol') throw badRequest(`Invalid query near ${operator.text}`);
    const literal = take();
    return (item) => compare(field(item), operator.text, literal);
  };
  const membership = (field: (item: T) => FieldValue): Test<T> => {
    const isNegated = take().text.toUpperCase() === 'NOT';
    if (isNegated) take();
    expect('(');
    const literals = [take()];
    while (peek()?.text === ',') {
      take();
      literals.push(take());
    }
    expect(')');
    return (item) => literals.some((literal) => compare(field(item), '=', literal)) !== isNegated;
  };

  const test = either();
  if (position < tokens.length) throw badRequest(`Invalid query near ${take().text}`);
  return test;
}

/** `name`, `-updated_on`. @throws ApiError 400 */
export function parseSort<T>(sort: string, fields: QueryFields<T>): (a: T, b: T) => number {
  const isDescending = sort.startsWith('-');
  const field = fields[isDescending ? sort.slice(1) : sort];
  if (field === undefined) throw badRequest(`Invalid field name: ${sort}`);
  return (a, b) => order(field(a), field(b)) * (isDescending ? -1 : 1);
}

function tokenize(q: string): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (q.slice(tokenPattern.lastIndex).trim() !== '') {
    const start = tokenPattern.lastIndex;
    const match = tokenPattern.exec(q);
    if (match === null) throw badRequest(`Invalid query near ${q.slice(start)}`);
    const [, string, symbol, word] = match;
    if (string !== undefined) tokens.push({ kind: 'string', text: string.replaceAll(/\\(.)/g, '$1') });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
    else tokens.push({ kind: 'word', text: word ?? '' });
  }
  return tokens;
}

function compare(value: FieldValue, operator: string, literal: Token): boolean {
  const other = literalFor(value, literal);
  switch (operator) {
    case '=':
      return order(value, other) === 0;
    case '!=':
      return order(value, other) !== 0;
    case '~':
      return contains(value, literal.text);
    case '!~':
      return !contains(value, literal.text);
    default:
      if (value === null || other === null) return false;
  }
  const result = order(value, other);
  if (operator === '>') return result > 0;
  if (operator === '>=') return result >= 0;
  if (operator === '<') return result < 0;
  return result <= 0;
}

function literalFor(value: FieldValue, literal: Token): FieldValue {
  if (literal.kind === 'word' && literal.text === 'null') return null;
  if (typeof value === 'number') return Number(literal.text);
  if (typeof value === 'boolean') return literal.text.toLowerCase() === 'true';
  if (!(value instanceof Date)) return literal.text;
  const date = new Date(literal.text);
  if (Number.isNaN(date.getTime())) throw badRequest(`Invalid date: ${literal.text}`);
  return date;
}

function contains(value: FieldValue, part: string): boolean {
  return typeof value === 'string' && value.toLowerCase().includes(part.toLowerCase());
}

function order(a: FieldValue, b: FieldValue): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  const [left, right] = [a instanceof Date ? a.getTime() : a, b instanceof Date ? b.getTime() : b];
  return left < right ? -1 : left > right ? 1 : 0;
}
