import { VisuallyHidden } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { clockTime } from '../lib/time.ts';
import classes from './time-chart.module.css';

export interface TimeChartPoint {
  at: Date;
  /** null where nothing was measured. */
  value: number | null;
}

interface TimeChartProps {
  points: readonly TimeChartPoint[];
  /** What the line is, such as "Calls a minute". */
  label: string;
  format: (value: number) => string;
  tone?: 'live' | 'idle';
}

const HEIGHT = 120;
const AXIS = 56;
const BASE = 20;

/** One value over time, as an area with a scale; people who do not see it get the same numbers as a table. */
export function TimeChart({ points, label, format, tone = 'live' }: TimeChartProps) {
  const { ref, width } = useElementSize();
  const top = niceTop(Math.max(...points.map(({ value }) => value ?? 0), 1));
  const plot = Math.max(width - AXIS, 1);
  const bottom = HEIGHT - BASE;
  const x = (index: number) => (points.length > 1 ? (index / (points.length - 1)) * plot : 0);
  const y = (value: number) => bottom - (value / top) * (bottom - 8);
  const ticks = [0, 1, 2, 3].map((third) => Math.round(((points.length - 1) * third) / 3));

  return (
    <figure className={classes.figure} ref={ref}>
      <svg className={classes.chart} data-tone={tone} width={width} height={HEIGHT} aria-hidden>
        {[0, top / 2, top].map((value) => (
          <g key={value}>
            <line className={classes.grid} x1={0} x2={plot} y1={y(value)} y2={y(value)} />
            <text className={classes.tick} x={plot + 8} y={y(value) + 4}>
              {value === top ? format(value) : Math.round(value)}
            </text>
          </g>
        ))}
        {runsOf(points).map((run) => {
          const line = run
            .map(({ index, value }) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`)
            .join(' L');
          const [first, last] = [run[0]?.index ?? 0, run.at(-1)?.index ?? 0];
          return (
            <g key={first}>
              <path className={classes.area} d={`M${x(first)},${bottom} L${line} L${x(last)},${bottom} Z`} />
              <path className={classes.line} d={`M${line}`} />
              {first === last && (
                <circle className={classes.dot} cx={x(first)} cy={y(run[0]?.value ?? 0)} r={2.5} />
              )}
            </g>
          );
        })}
        {points.length > 3 &&
          ticks.map((index, third) => (
            <text
              key={index}
              className={classes.tick}
              x={x(index)}
              y={HEIGHT - 4}
              textAnchor={third === 0 ? 'start' : third === 3 ? 'end' : 'middle'}
            >
              {clockTime(points[index]?.at ?? new Date(0))}
            </text>
          ))}
      </svg>
      <VisuallyHidden>
        <table>
          <caption>{label}</caption>
          <tbody>
            {points.map(({ at, value }) => (
              <tr key={at.getTime()}>
                <th scope="row">{clockTime(at)}</th>
                <td>{value === null ? 'nothing measured' : format(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </figure>
  );
}

/** The next 1, 2, 3 or 5 times a power of ten: a scale that people can halve in their heads. */
export function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 3, 5, 10].find((candidate) => candidate * power >= value) ?? 10;
  return factor * power;
}

/** Stretches without a gap. */
function runsOf(points: readonly TimeChartPoint[]): { index: number; value: number }[][] {
  const runs: { index: number; value: number }[][] = [[]];
  points.forEach(({ value }, index) => {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push({ index, value });
  });
  return runs.filter((run) => run.length > 0);
}
