/// What a node counts and measures, for Prometheus.
@NullMarked
package io.quorate.server.metrics;

import org.jspecify.annotations.NullMarked;
