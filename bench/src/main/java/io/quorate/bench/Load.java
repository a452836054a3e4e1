package io.quorate.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.quorate.api.PutRequest;
import io.quorate.api.RangeRequest;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// h2load, one connection, with the same gRPC frame again and again: the load for both systems.
final class Load {
  /// What is asked for.
  enum Kind {
    PUT("Put"),
    GET("Range"),
    SERIALIZABLE_GET("Range");

    final String method;

    Kind(String method) {
      this.method = method;
    }
  }

  /// @param perSecond answers per second
  /// @param p50 microseconds
  /// @param p99 microseconds
  record Result(long count, double perSecond, long p50, long p99) {}

  private static final String KEY = "hot";
  private static final int VALUE = 256;

  private final Path directory;

  Load(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory);
    var key = ByteString.copyFromUtf8(KEY);
    write(
        Kind.PUT,
        PutRequest.newBuilder().setKey(key).setValue(ByteString.copyFrom(new byte[VALUE])).build());
    write(Kind.GET, RangeRequest.newBuilder().setKey(key).build());
    write(
        Kind.SERIALIZABLE_GET, RangeRequest.newBuilder().setKey(key).setSerializable(true).build());
  }

  /// A message as gRPC frames it: not compressed, its length, itself.
  private void write(Kind kind, MessageLite message) throws IOException {
    try (var out = new DataOutputStream(Files.newOutputStream(body(kind)))) {
      out.writeByte(0);
      out.writeInt(message.getSerializedSize());
      message.writeTo(out);
    }
  }

  private Path body(Kind kind) {
    return directory.resolve(kind + ".bin");
  }

  Result run(Kind kind, int port, int inFlight, int seconds)
      throws IOException, InterruptedException {
    var log = directory.resolve("h2load.log");
    Files.deleteIfExists(log);
    var output = directory.resolve("h2load.out");
    var process =
        new ProcessBuilder(
                List.of(
                    "h2load",
                    "--duration=" + seconds,
                    "--clients=1",
                    "--threads=1",
                    "--max-concurrent-streams=" + inFlight,
                    "--data=" + body(kind),
                    "--log-file=" + log,
                    "--header=te: trailers",
                    "--header=content-type: application/grpc",
                    "http://127.0.0.1:%d/etcdserverpb.KV/%s".formatted(port, kind.method)))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("h2load failed: " + Files.readString(output));
    }
    return read(Files.readAllLines(log), seconds);
  }

  /// A line for each answer: when it was asked for, HTTP's status, microseconds.
  static Result read(List<String> log, double seconds) throws IOException {
    var micros = new long[log.size()];
    for (int i = 0; i < micros.length; i++) {
      var fields = log.get(i).split("\t", -1);
      if (!fields[1].equals("200")) {
        throw new IOException("an answer failed: " + log.get(i));
      }
      micros[i] = Long.parseLong(fields[2]);
    }
    return of(micros, seconds);
  }

  static Result of(long[] micros, double seconds) {
    Arrays.sort(micros);
    if (micros.length == 0) {
      return new Result(0, 0, 0, 0);
    }
    return new Result(
        micros.length,
        micros.length / seconds,
        micros[micros.length / 2],
        micros[(int) (micros.length * 0.99)]);
  }
}
