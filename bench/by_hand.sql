-- The key-account plan's sums as a person would write them for DuckDB: credits of every order.
WITH own AS (
  SELECT o.order_id, o.order_date, o.salesperson_id AS payee, h.team, o.list_amount, o.net_amount,
    CAST(year(o.order_date) * 12 + month(o.order_date) - 1 AS INTEGER) AS month,
    CASE WHEN net_amount * 10 >= list_amount * 9 THEN 0 WHEN net_amount * 10 > list_amount * 8 THEN 1
         WHEN net_amount * 10 > list_amount * 7 THEN 2 WHEN net_amount * 10 > list_amount * 6 THEN 3
         ELSE 4 END AS band
  FROM raw o JOIN people h ON h.payee_id = o.salesperson_id AND h.role = 'salesperson'
),
months AS (
  SELECT payee, month, CAST(sum(net_amount) AS BIGINT) AS net, CAST(sum(list_amount) AS BIGINT) AS list
  FROM own GROUP BY payee, month
),
points AS (
  SELECT m.payee, m.month, strftime(make_date(m.month // 12, m.month % 12 + 1, 1), '%Y-%m') AS month_text,
    CASE WHEN m.net * 5 > t.target * 6 THEN CASE WHEN m.net * 4 < m.list * 3 THEN 1 ELSE 2 END ELSE 0 END AS point
  FROM months m LEFT JOIN targets t ON t.payee_id = m.payee AND t.month = m.month
),
departments AS (
  SELECT team, month, CAST(sum(net_amount) AS BIGINT) AS net, CAST(sum(list_amount) AS BIGINT) AS list
  FROM own GROUP BY team, month
),
overrides AS (
  SELECT d.team, d.month, p.payee_id AS manager,
    CASE WHEN d.net * 5 > t.target * 6 THEN CASE WHEN d.net * 4 < d.list * 3 THEN 3 ELSE 1 END ELSE 0 END AS point,
    strftime(make_date(d.month // 12, d.month % 12 + 1, 1), '%Y-%m') AS month_text
  FROM departments d JOIN people p ON p.team = d.team AND p.role = 'manager'
  LEFT JOIN targets t ON t.team = d.team AND t.month = d.month
),
filled AS (
  SELECT *, greatest(cum - 2000000, 0) - greatest(cum - net_amount - 2000000, 0) AS above FROM (
    SELECT *, CAST(sum(net_amount) OVER (PARTITION BY payee, month ORDER BY order_date, order_id
      ROWS UNBOUNDED PRECEDING) AS BIGINT) AS cum FROM own)
),
commission AS (
  SELECT f.*, p.month_text, p.point,
    f.above * (CASE band WHEN 0 THEN 16 WHEN 1 THEN 8 WHEN 2 THEN 4 WHEN 3 THEN 3 ELSE 0 END
               + CASE WHEN band < 4 THEN p.point ELSE 0 END) AS n
  FROM filled f JOIN points p ON p.payee = f.payee AND p.month = f.month
),
commission_ranked AS (
  SELECT *, CAST(sum(n) OVER g AS BIGINT) AS total, CAST(sum(n // 200) OVER g AS BIGINT) AS floors,
    row_number() OVER (PARTITION BY payee, month ORDER BY n % 200 DESC, order_date, order_id) AS k
  FROM commission WINDOW g AS (PARTITION BY payee, month)
),
override AS (
  SELECT f.*, o.manager, o.month_text, o.point, f.above * (5 + o.point) AS n
  FROM filled f JOIN overrides o ON o.team = f.team AND o.month = f.month
),
override_ranked AS (
  SELECT *, CAST(sum(n) OVER g AS BIGINT) AS total, CAST(sum(n // 1000) OVER g AS BIGINT) AS floors,
    row_number() OVER (PARTITION BY manager, month ORDER BY n % 1000 DESC, order_date, order_id) AS k
  FROM override WINDOW g AS (PARTITION BY manager, month)
)
SELECT payee AS payee_id, 'salesperson' AS role, month_text AS month, 'commission' AS line,
  CAST(order_id AS VARCHAR) AS order_id, order_date, list_amount, net_amount,
  CASE band WHEN 0 THEN '>= 9折' WHEN 1 THEN '(8折, 9折)' WHEN 2 THEN '(7折, 8折]' WHEN 3 THEN '(6折, 7折]' ELSE '<= 6折' END AS band,
  CASE band WHEN 0 THEN '0.08' WHEN 1 THEN '0.04' WHEN 2 THEN '0.02' WHEN 3 THEN '0.015' ELSE '0' END AS rate,
  net_amount - above AS quota_part, above AS commissionable,
  CASE WHEN band = 4 THEN '0' WHEN point = 2 THEN '0.01' WHEN point = 1 THEN '0.005' ELSE '0' END AS added_point,
  n // 200 + CASE WHEN k <= (2 * total + 200) // 400 - floors THEN 1 ELSE 0 END AS amount
FROM commission_ranked
UNION ALL
SELECT f.payee, 'salesperson', p.month_text, 'deal_bonus', CAST(order_id AS VARCHAR), order_date, list_amount, net_amount,
  CASE WHEN net_amount < 30000000 THEN '< 30万元' WHEN net_amount < 50000000 THEN '[30万元, 50万元)'
       WHEN net_amount < 100000000 THEN '[50万元, 100万元)' ELSE '>= 100万元' END,
  '', NULL, NULL, '',
  CASE WHEN band = 4 OR net_amount < 30000000 THEN 0 WHEN net_amount < 50000000 THEN 1000000
       WHEN net_amount < 100000000 THEN 2000000 ELSE 5000000 END
FROM filled f JOIN points p ON p.payee = f.payee AND p.month = f.month
UNION ALL
SELECT manager, 'manager', month_text, 'override', CAST(order_id AS VARCHAR), order_date, list_amount, net_amount,
  '', '0.005', net_amount - above, above,
  CASE point WHEN 3 THEN '0.003' WHEN 1 THEN '0.001' ELSE '0' END,
  n // 1000 + CASE WHEN k <= (2 * total + 1000) // 2000 - floors THEN 1 ELSE 0 END
FROM override_ranked
