import { useLocalStorage } from '@mantine/hooks';
import type { Column } from './column.ts';

/** The columns to show: chosen in this browser, else those that are not hidden. The first one always stays. */
export function useColumns<Row>(list: string, columns: readonly Column<Row>[]) {
  const [chosen, setChosen] = useLocalStorage<string[] | null>({
    key: `lockkeeper-columns-${list}`,
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const isShown = (column: Column<Row>) =>
    column === columns[0] || (Array.isArray(chosen) ? chosen.includes(column.key) : column.hidden !== true);
  const shown = columns.filter(isShown);
  const toggle = (column: Column<Row>) =>
    setChosen(
      columns.filter((other) => (other === column ? !isShown(other) : isShown(other))).map(({ key }) => key),
    );
  return { shown, isShown, toggle };
}
