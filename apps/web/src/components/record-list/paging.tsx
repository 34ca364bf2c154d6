import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useNarrow } from '../../lib/viewport.ts';
import { KeyCap } from '../key-cap.tsx';
import classes from './paging.module.css';

export interface PagingProps {
  /** Number of the first row, from 1. */
  from: number;
  count: number;
  total: number;
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
  hasSelection: boolean;
  hasNew: boolean;
}

/** "1–50 of 132", the list's keys, and the way to the next page. */
export function Paging({ from, count, total, onPrevious, onNext, hasSelection, hasNew }: PagingProps) {
  const narrow = useNarrow();
  return (
    <div className={classes.paging}>
      <span className={classes.count} role="status">
        {from}–{from + count - 1} of {total}
      </span>
      {!narrow && (
        <span className={classes.keys} aria-hidden="true">
          <KeyCap>J</KeyCap> <KeyCap>K</KeyCap> move{' '}
          {hasSelection && (
            <>
              <KeyCap>X</KeyCap> select{' '}
            </>
          )}
          <KeyCap>Enter</KeyCap> open{' '}
          {hasNew && (
            <>
              <KeyCap>N</KeyCap> new
            </>
          )}
        </span>
      )}
      {(onPrevious !== undefined || onNext !== undefined) && (
        <>
          <ActionIcon
            variant="default"
            aria-label="Previous page"
            onClick={onPrevious}
            disabled={!onPrevious}
          >
            <IconChevronLeft size={16} />
          </ActionIcon>
          <ActionIcon variant="default" aria-label="Next page" onClick={onNext} disabled={!onNext}>
            <IconChevronRight size={16} />
          </ActionIcon>
        </>
      )}
    </div>
  );
}
