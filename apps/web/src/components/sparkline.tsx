import classes from './sparkline.module.css';

interface SparklineProps {
  values: readonly number[];
  /** What a person would read from it, such as "rising to 214 calls a minute". */
  label: string;
  tone?: 'live' | 'idle';
}

const WIDTH = 120;
const HEIGHT = 24;

/** A line without axes, as wide as a list column. */
export function Sparkline({ values, label, tone = 'live' }: SparklineProps) {
  const top = Math.max(...values, 1);
  const step = values.length > 1 ? WIDTH / (values.length - 1) : WIDTH;
  const points = values.map((value, index) => [index * step, HEIGHT - 2 - (value / top) * (HEIGHT - 5)]);
  const line = points.map(([x, y]) => `${x?.toFixed(1)},${y?.toFixed(1)}`).join(' L');
  return (
    <svg
      className={classes.sparkline}
      data-tone={tone}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {values.length > 0 && (
        <>
          <path className={classes.area} d={`M0,${HEIGHT} L${line} L${WIDTH},${HEIGHT} Z`} />
          <path className={classes.line} d={`M${line}`} />
        </>
      )}
    </svg>
  );
}
