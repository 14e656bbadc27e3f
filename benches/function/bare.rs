//! The bare program: the calls of one change event, and nothing made of what they bring.

use aws_sdk_config::{
    primitives::DateTime,
    types::{ComplianceType, Evaluation},
};
use deepgrade::aws::clients::{self, Clients};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

/// Serves invocations as the function `rule` does.
pub(crate) fn serve() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let clients = Clients::new(clients::defaults().load().await);
        let answer = async |event: LambdaEvent<Value>| answer(&clients, event.payload).await;
        lambda_runtime::run(service_fn(answer)).await.unwrap();
    });
}

async fn answer(clients: &Clients, event: Value) -> Result<Value, Error> {
    let message: Value = serde_json::from_str(event["invokingEvent"].as_str().unwrap())?;
    let id = message["configurationItem"]["resourceId"].as_str().unwrap();
    let (bucket, keys) = (std::env::var("BARE_BUCKET")?, std::env::var("BARE_KEYS")?);
    for key in keys.split(',') {
        let object = clients
            .s3()
            .get_object()
            .bucket(&bucket)
            .key(key)
            .send()
            .await?;
        object.body.collect().await?;
    }
    let kind = "AWS::EC2::Instance";
    let shown = clients.config().get_compliance_details_by_resource();
    shown.resource_type(kind).resource_id(id).send().await?;
    let evaluation = Evaluation::builder()
        .compliance_resource_type(kind)
        .compliance_resource_id(id)
        .compliance_type(ComplianceType::Compliant)
        .annotation("bare")
        .ordering_timestamp(DateTime::from_secs(1_795_168_860))
        .build()?;
    let put = clients.config().put_evaluations().evaluations(evaluation);
    let token = event["resultToken"].as_str().unwrap();
    put.result_token(token).test_mode(true).send().await?;
    Ok(Value::Null)
}
