# Sourced by .ci/run: makes sure that PostgreSQL and MariaDB answer on the loopback, and names them for the tests.
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
if ! answers 5432; then
  pg_ctlcluster --skip-systemctl-redirect "$(ls /etc/postgresql | sort -n | tail -1)" main start || service postgresql start
  sleep 3
fi
if ! answers 3306; then
  (start-stop-daemon --start --oknodo --background --exec /usr/sbin/mariadbd -- --bind-address=127.0.0.1 || service mariadb start)
  sleep 5
fi
if [ -z "${CMW_TEST_POSTGRES_URL:-}" ]; then
  if psql -h 127.0.0.1 -U postgres -tAc 'select 1' >/dev/null 2>&1; then
    export CMW_TEST_POSTGRES_URL="postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
  else
    runuser -u postgres -- psql -qtAc "do \$\$ begin if not exists (select from pg_roles where rolname = 'cmw_test') then create role cmw_test superuser login password 'cmw_test'; end if; end \$\$"
    export CMW_TEST_POSTGRES_URL="postgresql+psycopg://cmw_test:cmw_test@127.0.0.1:5432/postgres"
  fi
fi
if [ -z "${CMW_TEST_MYSQL_URL:-}" ]; then
  if ! mysql -h 127.0.0.1 -u root -e 'select 1' >/dev/null 2>&1; then
    mysql -e "create user if not exists 'cmw_test'@'127.0.0.1' identified by 'cmw_test'; grant all on *.* to 'cmw_test'@'127.0.0.1'"
    export CMW_TEST_MYSQL_URL="mysql+pymysql://cmw_test:cmw_test@127.0.0.1:3306/mysql"
  else
    export CMW_TEST_MYSQL_URL="mysql+pymysql://root@127.0.0.1:3306/mysql"
  fi
fi
