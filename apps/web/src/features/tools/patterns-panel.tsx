import { patternMatcher, type TrackingPatterns, trackingPath } from '@lockkeeper/contract';
import { Textarea } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { Card } from '../../components/card.tsx';
import { tools as texts } from '../../texts/tools.ts';
import classes from './patterns-panel.module.css';
import { repositoriesUnder, type TreeNode } from './tracking-tree.ts';

interface PatternsPanelProps {
  patterns: TrackingPatterns;
  tree: readonly TreeNode[];
  onChange: ((patterns: TrackingPatterns) => void) | undefined;
}

/** Include and exclude patterns, with how many of the known repositories each one matches while it is typed. */
export function PatternsPanel({ patterns, tree, onChange }: PatternsPanelProps) {
  const paths = useMemo(
    () =>
      [...repositoriesUnder(tree)].map(({ workspaceSlug, projectKey, slug }) =>
        trackingPath(workspaceSlug, projectKey, slug),
      ),
    [tree],
  );
  return (
    <Card title={texts.patterns} aside={texts.patternsNote}>
      <PatternField
        label={texts.include}
        saved={patterns.include}
        paths={paths}
        onChange={onChange && ((include) => onChange({ ...patterns, include }))}
      />
      <PatternField
        label={texts.exclude}
        saved={patterns.exclude}
        paths={paths}
        onChange={onChange && ((exclude) => onChange({ ...patterns, exclude }))}
      />
      <p className={classes.help}>{texts.patternHelp}</p>
    </Card>
  );
}

interface PatternFieldProps {
  label: string;
  saved: readonly string[];
  paths: readonly string[];
  onChange: ((patterns: string[]) => void) | undefined;
}

function PatternField({ label, saved, paths, onChange }: PatternFieldProps) {
  const [text, setText] = useState(saved.join('\n'));
  // Another value from outside (saved elsewhere, or taken back) replaces the text; an empty line typed here does not.
  useEffect(() => {
    setText((current) => (patternsIn(current).join('\n') === saved.join('\n') ? current : saved.join('\n')));
  }, [saved]);
  const hits = useMemo(
    () =>
      saved.map((pattern) => {
        const matches = patternMatcher(pattern);
        return { pattern, count: paths.filter(matches).length };
      }),
    [saved, paths],
  );
  return (
    <div className={classes.field}>
      <Textarea
        label={label}
        autosize
        minRows={2}
        maxRows={10}
        spellCheck={false}
        classNames={{ input: classes.input ?? '' }}
        value={text}
        readOnly={!onChange}
        onChange={(event) => {
          setText(event.currentTarget.value);
          onChange?.(patternsIn(event.currentTarget.value));
        }}
      />
      {hits.length > 0 && (
        <ul className={classes.hits} aria-label={`Matches of ${label}`}>
          {hits.map(({ pattern, count }) => (
            <li key={pattern}>
              <span className="mono">{pattern}</span>
              <span data-none={count === 0 || undefined}>{count === 0 ? 'matches nothing yet' : count}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function patternsIn(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter((line) => line !== '');
}
