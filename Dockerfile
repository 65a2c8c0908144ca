# The program with everything it needs, small and without a right to anything:
#   docker build --tag ecosystem-map .
#   docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/work" ecosystem-map build
#
# Debian's packages come in the versions of its stable release, security updates included; everything else is pinned.
FROM python:3.12.12-slim-bookworm@sha256:593bd06efe90efa80dc4eee3948be7c0fde4134606dd40d8dd8dbcade98e669c AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/tools && /opt/tools/bin/python -m pip install --quiet uv==0.13.9
WORKDIR /src
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY pipeline pipeline
COPY templates templates
COPY source source
ENV UV_PROJECT_ENVIRONMENT=/opt/ecosystem-map UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN /opt/tools/bin/uv sync --quiet --locked --no-dev --no-editable --no-cache --python "$(command -v python)"

FROM python:3.12.12-slim-bookworm@sha256:593bd06efe90efa80dc4eee3948be7c0fde4134606dd40d8dd8dbcade98e669c
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home --shell /usr/sbin/nologin map \
 && install --directory --owner=map --group=map /work
COPY --from=build /opt/ecosystem-map /opt/ecosystem-map
ENV PATH=/opt/ecosystem-map/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /work
ENTRYPOINT ["ecosystem-map"]
CMD ["--help"]
