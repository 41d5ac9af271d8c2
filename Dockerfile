# syntax=docker/dockerfile:1
# One image for the service and for every command: `docker build -t gazette .`
# What is installed is what is tested: the versions of constraints.txt.

FROM python:3.11.14-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/gazette && /opt/gazette/bin/pip install "pip==26.3" "setuptools==84.2.1"
COPY constraints.txt ./
RUN /opt/gazette/bin/pip install --constraint constraints.txt "torch==2.13.0"
COPY pyproject.toml README.md ./
COPY rag rag
COPY api api
COPY prompts prompts
COPY evals evals
RUN /opt/gazette/bin/pip install --constraint constraints.txt ".[otel,postgres]"

FROM python:3.11.14-slim-bookworm
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin gazette \
    && install -d -o gazette -g gazette /data
COPY --from=build /opt/gazette /opt/gazette
# The only folder that is written is /data (and /tmp): the rest may be mounted read-only.
ENV PATH=/opt/gazette/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    GAZETTE_STORE__PATH=/data/store \
    GAZETTE_CACHE__PATH=/data/cache \
    GAZETTE_SERVE__HOST=0.0.0.0 \
    GAZETTE_SERVE__LOG_FORMAT=json
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
ENTRYPOINT ["gazette"]
CMD ["serve"]
