//! Attack sequences, which cite several resources and describe none (Amazon GuardDuty API
//! reference, `Sequence`, `ResourceV2`, `ResourceData`).

use super::{Report, Task};
use crate::event::finding::node::Node;

const RESOURCES: &str = "service.detection.sequence.resources";

impl Report {
    /// Adds what a sequence cites.
    pub(super) fn sequence(&mut self, detail: &Node<'_>) -> Result<(), String> {
        for resource in detail.list(RESOURCES)? {
            let uid = resource.text("uid")?;
            match resource.text("resourceType")?.as_deref() {
                Some("EC2_INSTANCE") => {
                    let uid = uid.ok_or_else(|| "missing uid of an EC2_INSTANCE".to_owned())?;
                    self.sequence.push(uid);
                }
                Some("ECS_TASK") => self.tasks.push(Task {
                    cluster: None,
                    arn: uid,
                    launch_type: resource.text("data.ecsTask.launchType")?,
                }),
                _ => {}
            }
            // Clusters, groups, images, profiles and the like name their instances, each in a
            // member of its own.
            for data in resource.objects("data")? {
                self.sequence.extend(data.texts("ec2InstanceUids")?);
                self.principals.extend(data.text("principalId")?);
            }
        }
        Ok(())
    }
}
