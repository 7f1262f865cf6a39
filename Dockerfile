# citewise's Telegram bot. Build:  docker build --build-arg TORCH_INDEX=ADDRESS -t citewise .
#
# TORCH_INDEX is the package index of the small CPU build that PyTorch's own install page names. Without it pip's ordinary
# PyTorch is installed, on Linux x86-64 with gigabytes of GPU libraries that nothing here uses.

FROM python:3.11-slim AS build
ARG TORCH_INDEX=""
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# For some processors some libraries come as source; the compiler stays in this stage.
RUN apt-get update && apt-get install --yes --no-install-recommends g++ && rm -rf /var/lib/apt/lists/*
RUN python -m venv --without-pip /opt/citewise
# PyTorch's headers and its own tests are needed by nobody who runs it.
RUN pip --python /opt/citewise/bin/python install --no-compile ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} torch==2.13.0 \
    && rm -rf /opt/citewise/lib/python3.11/site-packages/torch/include /opt/citewise/lib/python3.11/site-packages/torch/test
WORKDIR /source
COPY . .
RUN pip wheel --no-deps --wheel-dir /wheels . && pip --python /opt/citewise/bin/python install --no-compile /wheels/*.whl
# Model and index of the shipped reports are made here and not at the first start: a container is spared those minutes,
# writes to nothing but its data, and shares the model's half gigabyte with others. The question shows that all works, and
# leaves the modules that answers use compiled, and those alone: 90 MB in place of 350.
RUN XDG_CACHE_HOME=/var/cache XDG_DATA_HOME=/var/lib /opt/citewise/bin/citewise ask "how many teachers were sent?" \
    && /opt/citewise/bin/python -m compileall -q /opt/citewise/lib/python3.11/site-packages/telegram \
    /opt/citewise/lib/python3.11/site-packages/tornado /opt/citewise/lib/python3.11/site-packages/bot

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /var/lib/citewise citewise
COPY --from=build /opt/citewise /opt/citewise
COPY --from=build /var/cache/citewise /var/cache/citewise
# A new named volume begins with this index. In a folder of the host, which hides it, the first start builds one.
COPY --from=build --chown=citewise:citewise /var/lib/citewise /var/lib/citewise
ENV PATH=/opt/citewise/bin:$PATH XDG_CACHE_HOME=/var/cache XDG_DATA_HOME=/var/lib XDG_CONFIG_HOME=/etc \
    PYTHONDONTWRITEBYTECODE=1 CITEWISE_TELEGRAM_METRICS_PORT=9464
USER citewise
WORKDIR /var/lib/citewise
# What is kept of the chats, indexes of your own, uploaded reports.
VOLUME /var/lib/citewise
HEALTHCHECK --interval=30s --timeout=5s --start-period=180s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:9464/health', timeout=4)"]
ENTRYPOINT ["citewise"]
CMD ["telegram"]
