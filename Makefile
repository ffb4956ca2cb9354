# make help lists the commands.
PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3)
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

.PHONY: help run setup test quick deep lint format lock bench demo-reset clean

help: ## 列出全部命令
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: ## 安装所缺的一切并启动（换端口：make run PORT=8123；按 Ctrl-C 全部停止）
	@exec $(PYTHON) scripts/prepare.py run $(PORT)

setup: ## 只安装，不启动
	@exec $(PYTHON) scripts/prepare.py setup

test: ## 安装测试所需并运行全部检查与测试（设置 DATABASE_URL、REDIS_URL 时也在其上运行）
	@exec $(PYTHON) scripts/prepare.py test

quick: ## 只运行代码检查和快速测试（SQLite，约十五分钟）
	@exec $(PYTHON) scripts/prepare.py test quick

deep: ## 同 make test，但不缩减：PostgreSQL 上也跑全部测试，故障与导入用足数量（约数小时）
	@exec $(PYTHON) scripts/prepare.py test deep

lint: ## 检查代码格式、复杂度与类型
	@.venv/bin/python scripts/check.py lint

format: ## 按统一格式整理代码
	@.venv/bin/ruff check --fix . && .venv/bin/ruff format .

lock: ## 由 requirements*.in 重新锁定依赖版本
	@.venv/bin/pip install --quiet pip-tools==7.6.2
	@for name in requirements requirements-dev; do \
	  .venv/bin/pip-compile --quiet --no-strip-extras --no-emit-find-links --no-emit-index-url \
	    --output-file $$name.txt $$name.in || exit 1; done

bench: ## 在 PostgreSQL 上以十万客户测量各页耗时（BENCH_POSTGRES_URL 指定服务器，首次需数分钟）
	@.venv/bin/python -m bench.run

demo-reset: ## 清空自带的 SQLite 数据库并重新载入演示数据
	@.venv/bin/python manage.py bootstrap --reset --demo

clean: ## 删除安装的依赖与缓存（数据库和上传的文件保留）
	@rm -rf .venv node_modules .setup-stamps var/static .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo 已清理。
