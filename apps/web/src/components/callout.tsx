import { IconAlertTriangleFilled, IconCircleCheckFilled, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode, Ref } from 'react';
import classes from './callout.module.css';

export interface CalloutProps {
  tone: 'good' | 'info' | 'warn' | 'bad';
  /** One bold sentence. */
  title?: ReactNode;
  children?: ReactNode;
  /** Instead of the tone's own icon. */
  icon?: ReactNode;
  /** A button at the end of the line. */
  action?: ReactNode;
  /** `alert` for a failure somebody must hear at once. */
  role?: 'alert' | 'status';
  ref?: Ref<HTMLDivElement>;
  tabIndex?: number;
}

const icons = {
  good: <IconCircleCheckFilled size={18} />,
  info: <IconInfoCircle size={18} />,
  warn: <IconAlertTriangleFilled size={18} />,
  bad: <IconAlertTriangleFilled size={18} />,
};

/** A tinted box with something that must not be overlooked. */
export function Callout({ tone, title, children, icon, action, role, ref, tabIndex }: CalloutProps) {
  return (
    <div className={classes.box} data-tone={tone} role={role} ref={ref} tabIndex={tabIndex}>
      <span className={classes.icon} aria-hidden="true">
        {icon ?? icons[tone]}
      </span>
      <div className={classes.text}>
        {title !== undefined && <strong>{title}</strong>} {children}
      </div>
      {action}
    </div>
  );
}
