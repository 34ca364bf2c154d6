import { useMediaQuery } from '@mantine/hooks';

/** Below 768 px: the navigator is a drawer, lists have two-line rows, dialogs fill the screen. */
export function useNarrow(): boolean {
  return useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false }) ?? false;
}
