package encord.gateway;

import encord.gateway.v1.CocoExportSummary;
import encord.gateway.v1.EncordServiceGrpc.EncordServiceBlockingStub;
import encord.gateway.v1.StreamLabelsCocoJsonRequest;
import encord.gateway.v1.StreamLabelsCocoJsonResponse;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.UUID;

/** Exports to a file. */
public final class CocoExport {
  /** Called with the number of data units done, and of all. */
  @FunctionalInterface
  public interface Progress {
    void onRows(int done, int total);
  }

  private CocoExport() {}

  /**
   * Writes labels to a COCO JSON file, and returns what it holds. The file appears when it is
   * complete: until then the data are in a file beside it, which is removed if anything fails.
   *
   * @throws EncordException if the call fails
   * @throws IOException if writing fails, or the stream ends without the summary that every export
   *     ends with
   */
  public static CocoExportSummary write(
      EncordServiceBlockingStub stub,
      StreamLabelsCocoJsonRequest request,
      Path path,
      Progress progress)
      throws IOException {
    Path part = path.resolveSibling(path.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      CocoExportSummary summary = writePart(stub, request, part, progress);
      Files.move(part, path, StandardCopyOption.REPLACE_EXISTING);
      return summary;
    } catch (StatusRuntimeException e) {
      throw EncordException.from(e);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static CocoExportSummary writePart(
      EncordServiceBlockingStub stub,
      StreamLabelsCocoJsonRequest request,
      Path part,
      Progress progress)
      throws IOException {
    // Whatever ends the writing ends the call too.
    Context.CancellableContext call = Context.current().withCancellation();
    Context previous = call.attach();
    try (OutputStream file = Files.newOutputStream(part, StandardOpenOption.CREATE_NEW)) {
      CocoExportSummary summary = null;
      Iterator<StreamLabelsCocoJsonResponse> parts = stub.streamLabelsCocoJson(request);
      while (parts.hasNext()) {
        StreamLabelsCocoJsonResponse response = parts.next();
        response.getJson().writeTo(file);
        progress.onRows(response.getRowsDone(), response.getRowsTotal());
        summary = response.hasSummary() ? response.getSummary() : null;
      }
      if (summary == null) {
        throw new IOException("the export ended without a summary");
      }
      return summary;
    } finally {
      call.detach(previous);
      call.cancel(null);
    }
  }
}
