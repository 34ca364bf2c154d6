import { IconAlertTriangleFilled, IconCircleCheckFilled } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { problemOf } from '../lib/problem-of.ts';
import { common } from '../texts/common.ts';
import { Emphasis } from './emphasis.tsx';
import classes from './toast.module.css';

const look = {
  classNames: { root: classes.root ?? '', icon: classes.icon ?? '' },
  withBorder: true,
  closeButtonProps: { 'aria-label': common.close },
};

/** Toasts come after the first page, so that it need not wait for them. */
const loadToasts = () => import('@mantine/notifications');

/** Says in the corner that something worked. Polite: it does not interrupt. */
export function done(title: string, detail?: ReactNode): void {
  void loadToasts().then(({ notifications }) =>
    notifications.show({
      ...look,
      title,
      message: detail,
      icon: <IconCircleCheckFilled size={18} className={classes.good} />,
      role: 'status',
      autoClose: 6000,
    }),
  );
}

/** For actions without a form: the failure in the corner, until it is closed. */
export function failed(error: unknown, title?: string): void {
  const problem = problemOf(error);
  void loadToasts().then(({ notifications }) =>
    notifications.show({
      ...look,
      title: title ?? problem.title,
      message: <Emphasis text={[problem.detail, ...(problem.remedy ?? [])].filter(Boolean).join(' ')} />,
      icon: <IconAlertTriangleFilled size={18} className={classes.bad} />,
      role: 'alert',
      autoClose: false,
    }),
  );
}
