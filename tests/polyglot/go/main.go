// Does what a line of JSON on stdin asks for, with the Go client, and says what came of it.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	encord "encord-gateway.example/client"
	"encord-gateway.example/client/encordv1"
)

type object = map[string]any

type job struct {
	Command string `json:"command"`
	Options struct {
		Address *string  `json:"address"`
		Token   *string  `json:"token"`
		TLS     *bool    `json:"tls"`
		CAFile  string   `json:"ca_file"`
		Timeout *float64 `json:"timeout"`
	} `json:"options"`
	PageSize    int32    `json:"page_size"`
	Structure   object   `json:"structure"`
	Integration string   `json:"integration"`
	URLs        []string `json:"urls"`
	ProjectHash string   `json:"project_hash"`
	Path        string   `json:"path"`
	Timeout     *float64 `json:"timeout"`
}

var (
	input = bufio.NewReader(os.Stdin)

	// The names that other languages have for gRPC's codes.
	codeNames = map[codes.Code]string{
		codes.Canceled: "CANCELLED", codes.InvalidArgument: "INVALID_ARGUMENT",
		codes.DeadlineExceeded: "DEADLINE_EXCEEDED", codes.NotFound: "NOT_FOUND",
		codes.PermissionDenied: "PERMISSION_DENIED", codes.ResourceExhausted: "RESOURCE_EXHAUSTED",
		codes.Internal: "INTERNAL", codes.Unavailable: "UNAVAILABLE",
		codes.Unauthenticated: "UNAUTHENTICATED", codes.Unknown: "UNKNOWN",
	}

	commands = map[string]func(context.Context, encordv1.EncordServiceClient, *job) (object, error){
		"titles": titles, "journey": journey, "export": export, "get": get, "cancel": cancel,
	}
)

func seconds(number float64) time.Duration { return time.Duration(number * float64(time.Second)) }

func titles(ctx context.Context, client encordv1.EncordServiceClient, j *job) (object, error) {
	pages := [][]string{}
	request := &encordv1.ListProjectsRequest{PageSize: &j.PageSize}
	for page, err := range encord.Pages(ctx, client.ListProjects, request) {
		if err != nil {
			return nil, err
		}
		titles := []string{}
		for _, project := range page.Projects {
			titles = append(titles, project.Title)
		}
		pages = append(pages, titles)
	}
	return object{"pages": pages}, nil
}

func journey(ctx context.Context, client encordv1.EncordServiceClient, j *job) (object, error) {
	structure, err := structpb.NewStruct(j.Structure)
	if err != nil {
		return nil, err
	}
	dataset, err := client.CreateDataset(ctx, &encordv1.CreateDatasetRequest{Title: "Journey"})
	if err != nil {
		return nil, err
	}
	ontology, err := client.CreateOntology(ctx, &encordv1.CreateOntologyRequest{
		Title: "Journey", Structure: structure,
	})
	if err != nil {
		return nil, err
	}
	project, err := client.CreateProject(ctx, &encordv1.CreateProjectRequest{
		Title: "Journey", DatasetHashes: []string{dataset.DatasetHash},
		OntologyHash: &ontology.OntologyHash,
	})
	if err != nil {
		return nil, err
	}
	uploaded, err := client.UploadDataToDataset(ctx, &encordv1.UploadDataToDatasetRequest{
		DatasetHash: dataset.DatasetHash, IntegrationId: j.Integration, FileUrls: j.URLs,
	})
	if err != nil {
		return nil, err
	}
	var rows []*encordv1.LabelRow
	request := &encordv1.ListLabelRowsRequest{
		ProjectHash: project.ProjectHash, PageSize: proto.Int32(2),
	}
	for page, err := range encord.Pages(ctx, client.ListLabelRows, request) {
		if err != nil {
			return nil, err
		}
		rows = append(rows, page.LabelRows...)
	}
	var names []string
	for _, row := range rows {
		names = append(names, row.DataTitle)
	}
	moved, err := client.MoveWorkflowTask(ctx, &encordv1.MoveWorkflowTaskRequest{
		ProjectHash: project.ProjectHash, DataHash: rows[0].DataHash,
		StageUuid: rows[0].WorkflowStageUuid, PathwayName: proto.String("submit"),
	})
	if err != nil {
		return nil, err
	}
	return object{
		"project_hash": project.ProjectHash, "upload": uploaded.Status, "rows": names,
		"moved_row": rows[0].DataHash, "move": moved.Status,
	}, nil
}

func export(ctx context.Context, client encordv1.EncordServiceClient, j *job) (object, error) {
	progress := [][]int32{}
	request := &encordv1.StreamLabelsCocoJsonRequest{ProjectHash: j.ProjectHash}
	summary, err := encord.ExportCoco(ctx, client, request, j.Path, func(done, total int32) error {
		progress = append(progress, []int32{done, total})
		return nil
	})
	if err != nil {
		return nil, err
	}
	counts := []int64{summary.ImageCount, summary.AnnotationCount, summary.SkippedCount}
	return object{"summary": counts, "progress": progress}, nil
}

func get(ctx context.Context, client encordv1.EncordServiceClient, j *job) (object, error) {
	if j.Timeout != nil {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, seconds(*j.Timeout))
		defer stop()
	}
	project, err := client.GetProject(ctx, &encordv1.GetProjectRequest{ProjectHash: j.ProjectHash})
	return object{"title": project.GetTitle()}, err
}

func cancel(ctx context.Context, client encordv1.EncordServiceClient, _ *job) (object, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	outcome := make(chan error)
	go func() {
		_, err := client.ListProjects(ctx, &encordv1.ListProjectsRequest{})
		outcome <- err
	}()
	if _, err := input.ReadString('\n'); err != nil {
		return nil, err
	}
	stop()
	return object{"cancelled": status.Code(<-outcome) == codes.Canceled}, nil
}

func describe(e *encord.Error) object {
	violations := map[string]string{}
	for _, violation := range e.FieldViolations {
		violations[violation.Field] = violation.Description
	}
	described := object{
		"code": codeNames[e.Code], "message": e.Message, "reason": e.Reason, "metadata": e.Metadata,
		"violations": violations, "retry_after": nil, "request_id": e.RequestID, "resource": nil,
	}
	if e.RetryAfter > 0 {
		described["retry_after"] = e.RetryAfter.Seconds()
	}
	if e.Resource != nil {
		described["resource"] = []string{e.Resource.ResourceType, e.Resource.ResourceName}
	}
	return described
}

func connect(j *job) (*grpc.ClientConn, error) {
	options := []encord.Option{encord.CAFile(j.Options.CAFile)}
	if j.Options.Address != nil {
		options = append(options, encord.Address(*j.Options.Address))
	}
	if j.Options.Token != nil {
		options = append(options, encord.Token(*j.Options.Token))
	}
	if j.Options.TLS != nil {
		options = append(options, encord.TLS(*j.Options.TLS))
	}
	if j.Options.Timeout != nil {
		options = append(options, encord.Timeout(seconds(*j.Options.Timeout)))
	}
	return encord.Connect(options...)
}

func answer(j *job) (object, error) {
	connection, err := connect(j)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	return commands[j.Command](context.Background(), encordv1.NewEncordServiceClient(connection), j)
}

func main() {
	line, err := input.ReadBytes('\n')
	if err != nil {
		log.Fatal(err)
	}
	var j job
	if err := json.Unmarshal(line, &j); err != nil {
		log.Fatal(err)
	}
	result, err := answer(&j)
	var settingsError *encord.SettingsError
	var callError *encord.Error
	switch {
	case errors.As(err, &settingsError):
		result = object{"settings_error": err.Error()}
	case errors.As(err, &callError):
		result = object{"error": describe(callError)}
	case err != nil:
		log.Fatal(err)
	}
	text, err := json.Marshal(result)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(text))
}
