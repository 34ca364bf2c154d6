import { describe, expect, it } from 'vitest';
import { answerInWords, deliveryLook, subscriptionLook } from './delivery-look.ts';

describe('how a delivery looks', () => {
  it('waits before its first attempt, and is tried again after one that failed', () => {
    expect(deliveryLook({ state: 'pending', attempts: 0 }).word).toBe('Waiting');
    expect(deliveryLook({ state: 'pending', attempts: 1 })).toMatchObject({
      word: 'Trying again',
      tone: 'warn',
    });
  });

  it('is good once it arrived, however often it was tried, and bad once it was given up', () => {
    expect(deliveryLook({ state: 'delivered', attempts: 3 })).toMatchObject({
      word: 'Delivered',
      tone: 'good',
    });
    expect(deliveryLook({ state: 'failed', attempts: 10 })).toMatchObject({ word: 'Failed', tone: 'bad' });
  });

  it('says what came back, or what kept it from coming', () => {
    const answer = { at: '2026-11-25T10:00:00.000Z', body: '', tookMs: 3 };
    expect(answerInWords({ lastAnswer: null })).toBe('—');
    expect(answerInWords({ lastAnswer: { ...answer, status: 204, error: null } })).toBe('answered 204');
    expect(
      answerInWords({ lastAnswer: { ...answer, status: null, error: 'could not be reached: ECONNREFUSED' } }),
    ).toBe('could not be reached: ECONNREFUSED');
  });
});

describe('how a subscription looks', () => {
  const at = '2026-11-25T10:00:00.000Z';
  const well = { active: true, disabled: null, failingSince: null };

  it.each([
    ['Active', well],
    ['Failing', { ...well, failingSince: at }],
    ['Inactive', { ...well, active: false }],
    ['Inactive', { ...well, active: false, failingSince: at }],
    ['Switched off', { active: false, disabled: { reason: 'failing' as const, at }, failingSince: at }],
  ])('is %s', (word, subscription) => {
    expect(subscriptionLook(subscription).word).toBe(word);
  });
});
