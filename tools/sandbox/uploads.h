#ifndef TOOLS_SANDBOX_UPLOADS_H_
#define TOOLS_SANDBOX_UPLOADS_H_

#include "tools/sandbox/router.h"

namespace sandbox {

// Upload jobs, which register cloud data: v1 datasetdatalongpolling (into a
// dataset) and /v2/public/storage/folders/{folder}/data-upload-jobs.
//
// A job stays PENDING for Settings::upload_delay. Then it makes a storage item
// for each unit, in the folder that it names or in the dataset's backing
// folder, and (dataset) a data row. If units fail (upload_config.h says which),
// a job with ignoreErrors makes the others and ends DONE; one without makes
// nothing and ends in ERROR, its other units cancelled.
//
// A poll is held until the job ends or its timeout passes, at most 60 s.
void RegisterUploads(Router& router);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_UPLOADS_H_
