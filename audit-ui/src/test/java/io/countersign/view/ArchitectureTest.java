// SPDX-License-Identifier: Apache-2.0
package io.countersign.view;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private final JavaClasses view =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.countersign.view");

    @Test
    void index_ofPagesAndTheWeb_knowsNothing() {
        noClasses()
                .that()
                .resideInAPackage("..view.index..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..view.web..", "io.vertx..", "gg.jte..")
                .check(view);
    }

    @Test
    void web_ofNatsAndTheStore_knowsNothing() {
        noClasses()
                .that()
                .resideInAPackage("..view.web..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.nats..", "org.jdbi..", "org.sqlite..", "io.countersign.nats..")
                .check(view);
    }

    @Test
    void databases_areUsedByIndexAndStoreOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..view.index..", "..view.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.jdbi..", "java.sql..", "org.sqlite..")
                .check(view);
    }

    @Test
    void store_ofPagesAndTheIndex_knowsNothing() {
        noClasses()
                .that()
                .resideInAnyPackage("..view.store..", "..view.access..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..view.web..", "..view.index..")
                .check(view);
    }

    @Test
    void view_ofWhatDecides_usesNothing() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "com.hazelcast..",
                        "dev.cel..",
                        "io.countersign.callout..",
                        "io.countersign.cli..")
                .check(view);
    }
}
