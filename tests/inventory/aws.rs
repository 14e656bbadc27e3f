//! The store and the secrets of AWS, by the SDK, against moto.

use std::{path::Path, sync::Arc};

use aws_config::Region;
use aws_sdk_s3::config::Credentials;
use deepgrade::{
    aws::{
        clients::{Clients, defaults},
        function_settings::SettingsSource,
        secrets::SecretsManager,
        store::S3Store,
    },
    inventory::{Condition, Digest, ETag, Found, Library, Publisher, Put, Status, Store},
    keys::{Secrets, Stage},
};
use secrecy::ExposeSecret;
use testbed::moto::Moto;

use crate::pictures::{FIRST, MANAGER, account, picture, seen, time, whole};

fn found(found: &Found) -> (&[u8], &ETag) {
    match found {
        Found::Object { bytes, etag } => (bytes, etag),
        other => panic!("{other:?}"),
    }
}

#[test]
fn objects_and_secrets_of_aws() {
    let moto = Moto::start(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let loader = defaults()
            .endpoint_url(moto.url())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"));
        let clients = Arc::new(Clients::new(loader.load().await));
        clients
            .s3()
            .create_bucket()
            .bucket("audit")
            .send()
            .await
            .unwrap();
        conditional_writes(&clients).await;
        versions(&clients).await;
        refusals(&clients).await;
        settings(&clients).await;
        secrets(&clients).await;
    });
}

async fn conditional_writes(clients: &Arc<Clients>) {
    let store = S3Store::new(
        Arc::clone(clients),
        "s3://audit/conditions".parse().unwrap(),
    );
    assert_eq!(store.get("a", None).await.unwrap(), Found::Missing);
    let Put::Done(first) = store
        .put("a", b"1".to_vec(), &Condition::IfAbsent)
        .await
        .unwrap()
    else {
        panic!("there is nothing");
    };
    let again = store
        .put("a", b"2".to_vec(), &Condition::IfAbsent)
        .await
        .unwrap();
    assert_eq!(again, Put::Conflict);
    assert_eq!(
        store.get("a", Some(&first)).await.unwrap(),
        Found::Unchanged
    );
    let matches = Condition::IfMatches(first.clone());
    let Put::Done(second) = store.put("a", b"3".to_vec(), &matches).await.unwrap() else {
        panic!("it is the same");
    };
    assert_eq!(
        store.put("a", b"4".to_vec(), &matches).await.unwrap(),
        Put::Conflict
    );
    let object = store.get("a", Some(&first)).await.unwrap();
    assert_eq!(found(&object), (b"3".as_slice(), &second));
    store
        .delete(&["a".to_owned(), "never".to_owned()])
        .await
        .unwrap();
    assert_eq!(store.get("a", None).await.unwrap(), Found::Missing);
    assert_eq!(
        store.put("a", b"5".to_vec(), &matches).await.unwrap(),
        Put::Conflict
    );
}

async fn versions(clients: &Arc<Clients>) {
    let store = S3Store::new(Arc::clone(clients), "s3://audit/inventory".parse().unwrap());
    let publisher = Publisher::new(&store, vec![MANAGER.to_owned()], time());
    let library = Library::new(store.clone(), account(FIRST));
    for minute in 0..3 {
        let picture = picture(minute, &[(FIRST, 3)], 1);
        publisher
            .publish(&picture, Status::default())
            .await
            .unwrap();
        assert_eq!(
            seen(&library.inventories().await.unwrap()),
            whole(minute, 4)
        );
    }
    let listed = clients
        .s3()
        .list_objects_v2()
        .bucket("audit")
        .prefix("inventory/");
    let listed = listed.send().await.unwrap();
    // The pointer, and account, common, index, rules and manifest of two versions.
    assert_eq!(listed.contents().len(), 11);
}

async fn refusals(clients: &Arc<Clients>) {
    let store = S3Store::new(Arc::clone(clients), "s3://no-such-bucket".parse().unwrap());
    let error = store.get("a", None).await.unwrap_err();
    assert!(
        !error.is_retryable() && error.to_string().contains("s3:GetObject"),
        "{error}"
    );
    let error = store
        .put("a", Vec::new(), &Condition::Always)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("NoSuchBucket"), "{error}");
}

async fn settings(clients: &Arc<Clients>) {
    let store = S3Store::new(Arc::clone(clients), "s3://audit/settings".parse().unwrap());
    let text =
        b"managers:\n- {name: production, url: 'https://dsm.example.com/api', keySecret: k}\n";
    store
        .put("a.yaml", text.to_vec(), &Condition::Always)
        .await
        .unwrap();
    let source = |key: &str, bytes: &[u8]| SettingsSource {
        place: format!("s3://audit/{key}").parse().unwrap(),
        sha256: Digest::of(bytes),
    };
    let settings = source("settings/a.yaml", text).load(clients).await.unwrap();
    assert_eq!(settings.managers[0].key_secret.as_deref(), Some("k"));
    let error = source("settings/a.yaml", b"other")
        .load(clients)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("DEEPGRADE_SETTINGS_SHA256 names"),
        "{error}"
    );
    let error = source("settings/b.yaml", text)
        .load(clients)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("s3://audit/settings/b.yaml: there is no such"),
        "{error}"
    );
}

async fn secrets(clients: &Arc<Clients>) {
    let vault = SecretsManager::new(Arc::clone(clients));
    assert!(
        vault
            .get("deepgrade/key", Stage::Current)
            .await
            .unwrap()
            .is_none()
    );
    let client = clients.secretsmanager();
    let create = client
        .create_secret()
        .name("deepgrade/key")
        .secret_string("old");
    let arn = create.send().await.unwrap().arn.unwrap();
    for name in ["deepgrade/key", &arn] {
        let value = vault.get(name, Stage::Current).await.unwrap().unwrap();
        assert_eq!(value.expose_secret(), "old");
    }
    assert!(
        vault
            .get("deepgrade/key", Stage::Pending)
            .await
            .unwrap()
            .is_none()
    );
    let put = client
        .put_secret_value()
        .secret_id("deepgrade/key")
        .secret_string("new");
    put.version_stages("AWSPENDING").send().await.unwrap();
    let value = vault
        .get("deepgrade/key", Stage::Pending)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(value.expose_secret(), "new");
    let value = vault
        .get("deepgrade/key", Stage::Current)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(value.expose_secret(), "old");
}
