import { Card } from '../../components/card.tsx';
import classes from './role-table.module.css';
import { useRoles } from './use-roles.ts';

/** What each role may do. */
export function RoleTable() {
  const roles = useRoles();
  if (!roles.data) return null;
  return (
    <div className={classes.page}>
      <Card title="Roles" aside="Deny by default: what no role allows, nobody may." flush>
        <dl className={classes.roles}>
          {roles.data.items.map(({ role, label, description }) => (
            <div key={role}>
              <dt>
                {label} <span className="mono">{role}</span>
              </dt>
              <dd>{description}</dd>
            </div>
          ))}
        </dl>
      </Card>
    </div>
  );
}
