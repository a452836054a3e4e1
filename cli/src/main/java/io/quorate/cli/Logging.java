package io.quorate.cli;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.slf4j.LoggerFactory;

/// The log: to stderr, one line per event. A thread of its own writes it, so that whoever logs
/// never waits for a reader that has stopped reading (a full pipe, a terminal on hold): lines that
/// find no room are dropped.
final class Logging {
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %msg%replace( %ex{short}){'\\s+', ' '}%nopex%n";

  /// So many lines wait while nobody reads.
  private static final int QUEUE = 1_000;

  /// What waits at the end is written for so long: milliseconds.
  private static final int LAST_WORDS = 1_000;

  // gRPC tells its callers what fails; what it logs beside that has many lines for each event.
  // Held here, or its level would go with it.
  private static final java.util.logging.Logger GRPC =
      java.util.logging.Logger.getLogger("io.grpc");

  private Logging() {}

  /// @param level debug, info, warn or error
  /// @param format text or json
  static void configure(String level, String format) {
    GRPC.setLevel(java.util.logging.Level.OFF);
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Encoder<ILoggingEvent> encoder = format.equals("json") ? json(context) : text(context);
    encoder.start();
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    var queue = new AsyncAppender();
    queue.setContext(context);
    queue.setName("quorate-log");
    queue.setQueueSize(QUEUE);
    queue.setDiscardingThreshold(0);
    queue.setNeverBlock(true);
    queue.setMaxFlushTime(LAST_WORDS);
    queue.addAppender(appender);
    queue.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(queue);
    setLevel(level);
  }

  /// @param level debug, info, warn, error or off
  static void setLevel(String level) {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger("io.quorate").setLevel(Level.toLevel(level));
  }

  /// Writes what still waits, for a second at most. Nothing is logged from then on; the process is
  /// about to end.
  static void end() {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    return encoder;
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    var encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithContext(false);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    return encoder;
  }
}
