package encord

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"encord-gateway.example/client/encordv1"
)

// ErrIncompleteExport: the stream ended without the summary that every export ends with.
var ErrIncompleteExport = errors.New("the export ended without a summary")

// Progress is called with the number of data units done, and of all. An error of its ends the export.
type Progress func(rowsDone, rowsTotal int32) error

// ExportCoco writes labels to a COCO JSON file, and returns what it holds. progress may be nil.
//
// The file appears when it is complete: until then the data are in a file beside it, which is removed
// if anything fails.
func ExportCoco(ctx context.Context, client encordv1.EncordServiceClient,
	request *encordv1.StreamLabelsCocoJsonRequest, path string, progress Progress) (
	summary *encordv1.CocoExportSummary, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	file, err := create(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	summary, err = writeCoco(ctx, client, request, file, progress)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return nil, err
	}
	return summary, nil
}

// create opens a new file beside path.
func create(path string) (*os.File, error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return nil, err
	}
	// Everybody may read it whom the umask lets, as with any other file.
	name := file.Name()
	if err := errors.Join(file.Close(), os.Remove(name)); err != nil {
		return nil, err
	}
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

func writeCoco(ctx context.Context, client encordv1.EncordServiceClient,
	request *encordv1.StreamLabelsCocoJsonRequest, file io.Writer, progress Progress) (
	summary *encordv1.CocoExportSummary, err error) {
	stream, err := client.StreamLabelsCocoJson(ctx, request)
	if err != nil {
		return nil, err
	}
	for {
		part, err := stream.Recv()
		if err == io.EOF {
			if summary == nil {
				return nil, ErrIncompleteExport
			}
			return summary, nil
		}
		if err != nil {
			return nil, err
		}
		if _, err := file.Write(part.Json); err != nil {
			return nil, err
		}
		if progress != nil {
			if err := progress(part.RowsDone, part.RowsTotal); err != nil {
				return nil, err
			}
		}
		summary = part.Summary
	}
}
