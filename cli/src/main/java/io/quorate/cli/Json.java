package io.quorate.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.quorate.client.ByteSequence;
import io.quorate.client.DeleteResult;
import io.quorate.client.Found;
import io.quorate.client.KeyValue;
import io.quorate.client.OperationResult;
import io.quorate.client.PutResult;
import io.quorate.client.TransactionResult;
import java.util.Collection;
import java.util.function.Function;

/// Results as JSON, with the field names that `docs/commands.md` promises.
final class Json {
  private Json() {}

  /// Text under this name; bytes that are no text in base 64, under the name with `Base64` behind
  /// it.
  static void put(JsonObject object, String name, ByteSequence bytes) {
    Text.utf8(bytes)
        .ifPresentOrElse(
            text -> object.addProperty(name, text),
            () -> object.addProperty(name + "Base64", Text.base64(bytes)));
  }

  static <T> JsonArray array(Collection<T> all, Function<T, ? extends JsonElement> form) {
    var array = new JsonArray();
    all.forEach(each -> array.add(form.apply(each)));
    return array;
  }

  static JsonObject of(KeyValue kv) {
    var object = new JsonObject();
    put(object, "key", kv.key());
    put(object, "value", kv.value());
    object.addProperty("createRevision", kv.createRevision());
    object.addProperty("modRevision", kv.modRevision());
    object.addProperty("version", kv.version());
    if (kv.lease() != 0) {
      object.addProperty("lease", Text.id(kv.lease()));
    }
    return object;
  }

  static JsonObject of(PutResult result) {
    var object = new JsonObject();
    object.addProperty("revision", result.revision());
    var previous = result.previous();
    if (previous != null) {
      object.add("previous", of(previous));
    }
    return object;
  }

  static JsonObject of(Found found) {
    var object = new JsonObject();
    object.addProperty("revision", found.revision());
    object.addProperty("count", found.count());
    object.addProperty("more", found.more());
    object.add("keyValues", array(found.keyValues(), Json::of));
    return object;
  }

  static JsonObject of(DeleteResult result) {
    var object = new JsonObject();
    object.addProperty("revision", result.revision());
    object.addProperty("deleted", result.deleted());
    object.add("previous", array(result.previous(), Json::of));
    return object;
  }

  static JsonObject of(TransactionResult result) {
    var object = new JsonObject();
    object.addProperty("revision", result.revision());
    object.addProperty("succeeded", result.succeeded());
    object.add("results", array(result.results(), Json::of));
    return object;
  }

  private static JsonObject of(OperationResult result) {
    var object = new JsonObject();
    switch (result) {
      case PutResult put -> object.add("put", of(put));
      case Found found -> object.add("get", of(found));
      case DeleteResult delete -> object.add("del", of(delete));
      case TransactionResult txn -> object.add("txn", of(txn));
    }
    return object;
  }
}
