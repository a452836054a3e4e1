/// Flags, environment and configuration file, after etcd's names.
@NullMarked
package io.quorate.server.config;

import org.jspecify.annotations.NullMarked;
