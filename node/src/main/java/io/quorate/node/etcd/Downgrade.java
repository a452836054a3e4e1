package io.quorate.node.etcd;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.api.DowngradeRequest;
import io.quorate.api.DowngradeResponse;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import io.quorate.store.Code;
import io.quorate.store.Failure;
import java.util.regex.Pattern;

/// etcd's `Downgrade`, by its rules and in its words (etcd-M18). No target is valid: there is no
/// version of etcd that could go on with what Quorate has stored.
final class Downgrade {
  private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+(\\.\\d+)?");

  private Downgrade() {}

  static void call(Rpc.Metadata metadata, Bytes bytes, Rpc.Reply reply) {
    DowngradeRequest request;
    try {
      request = DowngradeRequest.parseFrom(bytes.asByteBuffer());
    } catch (InvalidProtocolBufferException e) {
      ServingNode.fail(Failure.MALFORMED_REQUEST, reply);
      return;
    }
    switch (request.getAction()) {
      case VALIDATE, ENABLE ->
          reply.failed(
              Code.INVALID_ARGUMENT.number(),
              VERSION.matcher(request.getVersion()).matches()
                  ? "etcdserver: invalid downgrade target version"
                  : "etcdserver: wrong downgrade target version format");
      case CANCEL ->
          reply.done(
              Bytes.of(DowngradeResponse.newBuilder().setVersion("3.7").build().toByteArray()));
      case UNRECOGNIZED -> reply.failed(Code.UNKNOWN.number(), "etcdserver: unknown method");
    }
  }
}
