-- What stands beside the tables value and rollup, which are made from the table of a row's fields: the watermark,
-- the indicators, and a view for each question that analysts ask. Run as it is whenever the program's definition is
-- another than the database's: every statement may be run again. A view may be given more columns at its end;
-- anything else that breaks what others have built on it raises SCHEMA_VERSION (postgres_tables.h).

COMMENT ON TABLE value IS '各单位报告的数值，每单位、指标、年度一行 · what units report: a row a unit, indicator and year';
COMMENT ON TABLE rollup IS '省、市对下级的汇总 · roll-ups of provinces and prefectures over the governments below them';

CREATE TABLE IF NOT EXISTS publication (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    schema_version integer NOT NULL,
    definition text NOT NULL,
    store text,
    version bigint,
    published_at timestamptz,
    snapshot_at timestamptz
);
COMMENT ON TABLE publication IS '发布进度，由发布程序维护 · how far results are published; the publisher''s own';
COMMENT ON COLUMN publication.schema_version IS '表结构版本 · of the tables'' shape';
COMMENT ON COLUMN publication.definition IS '表、注释和视图的摘要 · digest of tables, comments and views';
COMMENT ON COLUMN publication.store IS '来源结果库 · the store that the rows come from';
COMMENT ON COLUMN publication.version IS '已发布到的版本 · all up to this version of it is here';
COMMENT ON COLUMN publication.published_at IS '最近发布时间 · of the last change';
COMMENT ON COLUMN publication.snapshot_at IS '最近全量时间 · of the last snapshot';

CREATE TABLE IF NOT EXISTS indicator (
    indicator text COLLATE "C" PRIMARY KEY,
    label text NOT NULL,
    place integer GENERATED ALWAYS AS IDENTITY
);
COMMENT ON TABLE indicator IS '出现过的指标 · the indicators that rows were ever published of';
COMMENT ON COLUMN indicator.indicator IS '指标代码 · id';
COMMENT ON COLUMN indicator.label IS '指标 · name';
COMMENT ON COLUMN indicator.place IS '宽表中的次序 · its place among the columns of unit_year';

-- The publisher's own: takes a table's partitions away.
CREATE OR REPLACE FUNCTION drop_partitions(parent text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    old regclass;
BEGIN
    FOR old IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = parent::regclass LOOP
        EXECUTE format('ALTER TABLE %I DETACH PARTITION %s', parent, old);
        EXECUTE format('DROP TABLE %s', old);
    END LOOP;
END $$;

-- unit_year has a column for each indicator, made anew when there is one more. Dots in ids become _ in columns.
CREATE OR REPLACE FUNCTION widen() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    columns text;
    one record;
BEGIN
    SELECT string_agg(format(', max(value) FILTER (WHERE indicator = %L) AS %I', indicator, translate(indicator, '.', '_')),
                      '' ORDER BY place) INTO columns FROM indicator;
    EXECUTE format('CREATE OR REPLACE VIEW unit_year AS
        SELECT region, max(region_name) AS region_name, max(level) AS level, township, kind, issuer, year %s
        FROM value GROUP BY region, township, kind, issuer, year', columns);
    COMMENT ON VIEW unit_year IS '宽表：每单位、年度一行，每指标一列 · wide: a row a unit and year, a column an indicator';
    FOR one IN SELECT * FROM indicator LOOP
        EXECUTE format('COMMENT ON COLUMN unit_year.%I IS %L', translate(one.indicator, '.', '_'), one.label);
    END LOOP;
END $$;

-- The publisher's own: indicators and names that are new in a table of values.
CREATE OR REPLACE FUNCTION learn_indicators(rows text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    changed integer;
BEGIN
    EXECUTE format('INSERT INTO indicator (indicator, label)
        SELECT s.indicator, max(s.label) FROM %s s LEFT JOIN indicator i USING (indicator)
        WHERE s.label IS NOT NULL AND i.label IS DISTINCT FROM s.label GROUP BY s.indicator ORDER BY s.indicator
        ON CONFLICT (indicator) DO UPDATE SET label = EXCLUDED.label', rows);
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed > 0 THEN
        PERFORM widen();
    END IF;
END $$;
SELECT widen();

CREATE OR REPLACE VIEW ranking AS
    SELECT indicator, label, year, level, left(region, 2) || '0000' AS province, region, region_name, value, unit, bound,
        rank() OVER (PARTITION BY indicator, year, level, left(region, 2) ORDER BY value DESC) AS rank_in_province,
        count(*) OVER (PARTITION BY indicator, year, level, left(region, 2)) AS of_province,
        rank() OVER (PARTITION BY indicator, year, level ORDER BY value DESC) AS rank_in_nation,
        count(*) OVER (PARTITION BY indicator, year, level) AS of_nation
    FROM value WHERE kind = 'government' AND township = '';
COMMENT ON VIEW ranking IS '排名：同级政府在本省和全国的名次 · governments of one level, ranked in their province and the nation';
COMMENT ON COLUMN ranking.province IS '所在省代码 · code of the province';
COMMENT ON COLUMN ranking.rank_in_province IS '省内名次 · 1 is the largest value in the province';
COMMENT ON COLUMN ranking.of_province IS '省内有数单位数 · how many of the province have a value';
COMMENT ON COLUMN ranking.rank_in_nation IS '全国名次 · 1 is the largest value anywhere';
COMMENT ON COLUMN ranking.of_nation IS '全国有数单位数 · how many have a value';

CREATE OR REPLACE VIEW change AS
    SELECT now.indicator, now.label, now.region, now.region_name, now.level, now.township, now.kind, now.issuer, now.year,
        before.value AS value_before, now.value, now.unit, now.value - before.value AS difference,
        100 * (now.value - before.value) / nullif(before.value, 0) AS percent
    FROM value now JOIN value before ON before.indicator = now.indicator AND before.region = now.region
        AND before.township = now.township AND before.kind = now.kind AND before.issuer = now.issuer
        AND before.year = now.year - 1;
COMMENT ON VIEW change IS '与上年相比 · each value beside that of the year before';
COMMENT ON COLUMN change.value_before IS '上年数值 · of the year before';
COMMENT ON COLUMN change.difference IS '增减 · value less value_before';
COMMENT ON COLUMN change.percent IS '增减百分比 · of value_before; none where that is 0';

CREATE OR REPLACE VIEW province_year AS
    SELECT indicator, label, year, region, region_name, level, children_level, children, reporting,
        round(100.0 * reporting / nullif(children, 0), 1) AS reporting_percent,
        CASE rollup WHEN 'mean' THEN mean WHEN 'latest' THEN median ELSE sum END AS typical,
        sum, mean, min, median, max, unit, rollup
    FROM rollup;
COMMENT ON VIEW province_year IS '省、市汇总及有数比例 · roll-ups with the share of governments that gave a figure';
COMMENT ON COLUMN province_year.reporting_percent IS '有数比例 · share of the governments below that gave a figure';
COMMENT ON COLUMN province_year.typical IS '按汇总方式：合计、平均或中位 · the one that the indicator is rolled up by: sum, mean or median';

CREATE OR REPLACE VIEW nation_year AS
    SELECT indicator, max(label) AS label, year, level, count(*) AS reporting, sum(value) AS sum, avg(value) AS mean,
        min(value) AS min, percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median, max(value) AS max, max(unit) AS unit
    FROM value WHERE kind = 'government' AND township = '' GROUP BY indicator, year, level;
COMMENT ON VIEW nation_year IS '全国：同级政府的合计、平均、中位 · the nation''s governments of a level together';
COMMENT ON COLUMN nation_year.reporting IS '有数单位数 · how many gave a figure';

CREATE OR REPLACE VIEW mention AS
    SELECT v.indicator, v.label, v.region, v.region_name, v.township, v.kind, v.issuer, v.year, v.conflict, m.ordinality AS place,
        m.item ->> 'text' AS text, (m.item ->> 'value')::double precision AS value, m.item ->> 'sentence' AS sentence,
        m.item ->> 'path' AS path, m.item ->> 'doc' AS sha256
    FROM value v CROSS JOIN LATERAL jsonb_array_elements(v.evidence) WITH ORDINALITY m(item, ordinality);
COMMENT ON VIEW mention IS '出处：每处提及一行 · every mention a row; place 1 is the one that the value comes from';
COMMENT ON COLUMN mention.place IS '次序 · 1 is the one that the value comes from';

CREATE OR REPLACE VIEW conflict AS
    SELECT indicator, label, region, region_name, township, kind, issuer, year, place, text, value, sentence, path, sha256
    FROM mention WHERE conflict;
COMMENT ON VIEW conflict IS '前后不一的数字 · figures that a report contradicts itself in, mention by mention';
COMMENT ON COLUMN conflict.place IS '次序 · 1 is the one that the value comes from';

CREATE OR REPLACE VIEW coverage AS
    SELECT left(region, 2) || '0000' AS province, year, level, count(DISTINCT region) AS governments, count(*) AS figures,
        count(*) FILTER (WHERE conflict) AS conflicts, count(*) FILTER (WHERE reviewed IS NOT NULL) AS reviewed
    FROM value WHERE kind = 'government' AND township = '' GROUP BY 1, year, level;
COMMENT ON VIEW coverage IS '报送情况：各省每年有数的政府数 · how many governments of a province have any figure in a year';
COMMENT ON COLUMN coverage.province IS '省代码 · code of the province';
COMMENT ON COLUMN coverage.governments IS '有数政府数 · governments with a figure';
COMMENT ON COLUMN coverage.figures IS '数字个数 · figures';
COMMENT ON COLUMN coverage.conflicts IS '前后不一的 · of these, contradicted';
COMMENT ON COLUMN coverage.reviewed IS '复核过的 · of these, reviewed';

-- A view's column that is a table's is commented as it is there.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT v.relname AS view, a.attname AS name, (SELECT d.description FROM pg_attribute t
                JOIN pg_description d ON d.objoid = t.attrelid AND d.objsubid = t.attnum AND d.classoid = 'pg_class'::regclass
                WHERE t.attname = a.attname AND t.attrelid IN ('value'::regclass, 'rollup'::regclass) LIMIT 1) AS said
        FROM pg_class v JOIN pg_attribute a ON a.attrelid = v.oid AND a.attnum > 0
        WHERE v.relkind = 'v' AND v.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'value'::regclass)
            AND col_description(v.oid, a.attnum) IS NULL
    LOOP
        IF one.said IS NOT NULL THEN
            EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', one.view, one.name, one.said);
        END IF;
    END LOOP;
END $$;
